import type { Connection } from '#db/connection.ts'
import { migrateSqlite, requireMigrated } from '#db/migrate-sqlite.ts'
import type { PostgresOptions } from '#db/open-postgres.ts'
import { openSqlite, type SqliteOptions } from '#db/open-sqlite.ts'
import { foundWitness } from '#db/witness/found-witness.ts'
import { witnessBeside } from '#db/witness/witness-folder.ts'
import { openWriterHere } from '#db/writer/writer-here.ts'
import type { DatabaseConfig, SqliteConfig } from '#lib/config/config.ts'

// PostgreSQL's driver is loaded only where it is used.

type Options = Pick<SqliteOptions, 'accepting'> & PostgresOptions

/** Opens a migrated database; `openWriter` is SQLite's, as `openSqlite` says. Throws `store.unavailable` if it cannot. */
export const openDatabase = async (
  database: DatabaseConfig,
  openWriter = openWriterHere,
  { accepting, isPatient }: Options = {},
): Promise<Connection> => {
  if (database.dialect === 'sqlite') {
    const { file, witness } = database
    return openSqlite(file, openWriter, { witness, ...(accepting ? { accepting } : {}) })
  }
  const { openPostgres } = await import('#db/open-postgres.ts')
  return openPostgres(database, { isPatient })
}

/** Brings a database to the newest schema; safe to call by several processes at once. Throws UnusableDatabase. */
export const migrateDatabase = async (database: DatabaseConfig): Promise<void> => {
  if (database.dialect === 'sqlite') return migrateSqlite(database.file)
  const { migratePostgres } = await import('#db/migrate-postgres.ts')
  await migratePostgres(database.url)
}

/** Looks whether a database has exactly this version's schema, and changes nothing. Throws UnusableDatabase. */
export const requireMigratedDatabase = async (database: DatabaseConfig): Promise<void> => {
  if (database.dialect === 'sqlite') return requireMigrated(database.file)
  const { requireMigratedPostgres } = await import('#db/migrate-postgres.ts')
  await requireMigratedPostgres(database.url)
}

/** The folder of a SQLite database's witness. */
export const witnessFolder = ({ file, witness = witnessBeside(file) }: SqliteConfig): string => witness

/**
 * Makes the witness of a database that has none yet, once it is set up; at each start. Nothing on PostgreSQL. Throws
 * UnusableDatabase when the witness cannot be written.
 */
export const foundDatabaseWitness = (database: DatabaseConfig): void => {
  if (database.dialect === 'sqlite') foundWitness(database.file, witnessFolder(database))
}
