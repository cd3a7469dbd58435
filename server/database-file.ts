import type { Config } from '#lib/config/config.ts'
import { ConfigError } from '#lib/config/config-error.ts'

/** The SQLite file that the settings name; throws ConfigError for any other database. */
export const databaseFile = ({ database }: Config): string => {
  if (database.dialect === 'sqlite') return database.file
  throw new ConfigError(
    'DATABASE_URL names a PostgreSQL server, but this version keeps its data in SQLite: use file:<path>.',
  )
}
