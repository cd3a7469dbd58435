import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { readMigrationFiles } from 'drizzle-orm/migrator'

const FOLDER = new URL('./migrations/sqlite', import.meta.url).pathname

/** A database that this version of Latchkey cannot use; the message is one line that says which and what to do. */
export class UnusableDatabase extends Error {
  override readonly name = 'UnusableDatabase'
}

type Options = {
  /** Where the generated migrations lie; the product's own unless a test brings others. */
  readonly folder?: string
}

const appliedHashes = (client: Database.Database): readonly string[] => {
  const known = client.prepare(`select 1 from sqlite_master where name = '__drizzle_migrations'`).get()
  if (!known) return []
  return client.prepare('select hash from __drizzle_migrations order by created_at').pluck().all().map(String)
}

const isPrefix = (applied: readonly string[], ours: readonly string[]): boolean =>
  applied.length <= ours.length && applied.every((hash, index) => hash === ours[index])

// Foreign keys are off before the migration's transaction begins: inside one the pragma does nothing, and a rebuilt
// parent table would cascade its DROP to every child row.
const applyMigrations = (client: Database.Database, folder: string): void => {
  client.pragma('foreign_keys = OFF')
  migrate(drizzle(client), { migrationsFolder: folder })
  const broken = client.pragma('foreign_key_check')
  if (Array.isArray(broken) && broken.length > 0) throw new Error(`${broken.length} rows lost their parents`)
}

const backUp = (client: Database.Database, file: string, step: number): void => {
  const copy = `${file}.before-migration-${step}`
  if (!existsSync(copy)) client.prepare('vacuum into ?').run(copy)
}

const migrateOpen = (client: Database.Database, file: string, folder: string): void => {
  const ours = readMigrationFiles({ migrationsFolder: folder }).map(({ hash }) => hash)
  const applied = appliedHashes(client)
  if (!isPrefix(applied, ours)) {
    throw new UnusableDatabase(
      `The database ${file} was made by a newer version of Latchkey (${applied.length} migrations, this version knows ${ours.length}). Start that version, or restore a copy made before it.`,
    )
  }
  if (applied.length === ours.length) return
  if (applied.length > 0) backUp(client, file, applied.length)
  applyMigrations(client, folder)
}

/**
 * Brings a SQLite file to the newest schema, making it (and its folder) if it does not exist. An existing one is copied
 * first. Interrupted, it can simply be started again. Throws UnusableDatabase for a damaged or newer database.
 */
export const migrateSqlite = (file: string, { folder = FOLDER }: Options = {}): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  let client: Database.Database | undefined
  try {
    client = new Database(file)
    client.pragma('journal_mode = WAL')
    client.pragma('synchronous = FULL')
    migrateOpen(client, file, folder)
  } catch (thrown) {
    if (thrown instanceof UnusableDatabase) throw thrown
    const reason = thrown instanceof Error ? thrown.message.split('\n', 1)[0] : 'unknown error'
    throw new UnusableDatabase(
      `The database ${file} cannot be used (${reason}). Restore a copy, or move it away to start empty.`,
      { cause: thrown },
    )
  } finally {
    client?.close()
  }
}
