import { existsSync } from 'node:fs'
import { backUpSqlite } from '#db/back-up-sqlite.ts'
import { requireMigratedDatabase } from '#db/open-database.ts'
import { openSqliteWriter } from '#db/sqlite-client.ts'
import type { DatabaseConfig } from '#lib/config/config.ts'
import { ConfigError } from '#lib/config/config-error.ts'
import { readConfig } from '#lib/config/env.ts'
import { type Command, readArguments, UsageError } from '#server/cli/command.ts'

const readTarget = (words: readonly string[]): string => {
  const [file, ...others] = words
  if (file === undefined || file === '' || others.length > 0) throw new UsageError('Name one file to write.')
  // The database itself among them: a copy takes the place of what is there.
  if (existsSync(file)) throw new UsageError(`${file} exists already: name a new file.`)
  return file
}

const sqliteFile = (database: DatabaseConfig): string => {
  if (database.dialect === 'sqlite') return database.file
  throw new ConfigError(
    'DATABASE_URL is a PostgreSQL server: back it up with pg_dump or pg_basebackup, as docs/operations/backup.md says.',
  )
}

/** `backup`: a copy of the SQLite database as it is at one moment, while the server goes on. */
export const backup: Command = {
  name: 'backup',
  usage: '<file>',
  summary: 'copies the SQLite database to a new file, while the server goes on',
  run: async (args, { env, say }) => {
    const target = readTarget(readArguments(args, {}).positionals)
    const { database } = readConfig(env)
    const file = sqliteFile(database)
    await requireMigratedDatabase(database)
    const client = openSqliteWriter(file)
    try {
      backUpSqlite(client, target)
    } finally {
      client.close()
    }
    say(`${target} is a copy of ${file}. Keep it apart from the secret, which is not in it.`)
  },
}
