import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import { backUpSqlite } from '#db/back-up-sqlite.ts'
import { UnusableDatabase } from '#db/unusable-database.ts'

const FOLDER = join(import.meta.dirname, 'migrations/sqlite')

type Options = {
  /** Where the generated migrations lie; the product's own unless a test brings others. */
  readonly folder?: string
}

// drizzle-kit's own table, as its migrator would make it, so that its tools go on understanding the file.
const JOURNAL = `create table if not exists __drizzle_migrations (id serial primary key, hash text not null, created_at numeric)`

const appliedHashes = (client: Database.Database): readonly string[] => {
  const known = client.prepare(`select 1 from sqlite_master where name = '__drizzle_migrations'`).get()
  if (!known) return []
  return client.prepare('select hash from __drizzle_migrations order by created_at').pluck().all().map(String)
}

const isPrefix = (applied: readonly string[], ours: readonly MigrationMeta[]): boolean =>
  applied.length <= ours.length && applied.every((hash, index) => hash === ours[index]?.hash)

const assertNoOrphans = (client: Database.Database): void => {
  const broken = client.pragma('foreign_key_check')
  if (Array.isArray(broken) && broken.length > 0) throw new Error(`${broken.length} rows would lose their parents`)
}

// The library's migrator commits before anybody can look for orphans; here a migration that makes some is undone. What is
// pending is read again inside, as another process may have migrated while this one waited for the lock.
const applyPending = (client: Database.Database, migrations: readonly MigrationMeta[]): void => {
  client.exec(JOURNAL)
  for (const { sql, hash, folderMillis } of migrations.slice(appliedHashes(client).length)) {
    for (const statement of sql) client.exec(statement)
    client.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)').run(hash, folderMillis)
  }
  assertNoOrphans(client)
}

// Foreign keys are off before the transaction begins: inside one the pragma does nothing, and a rebuilt parent table
// would cascade its DROP to every child row.
const applyMigrations = (client: Database.Database, migrations: readonly MigrationMeta[]): void => {
  client.pragma('foreign_keys = OFF')
  client.transaction(() => applyPending(client, migrations)).immediate()
}

class Damaged extends Error {}

const CHECKED_BYTES_MAX = 1024 ** 3

// A third of a second for 300 MB; a larger file would keep the start waiting, and meets its damage when it reads it.
const assertSound = (client: Database.Database, file: string): void => {
  if (statSync(file).size > CHECKED_BYTES_MAX) return
  const found = client.pragma('quick_check(1)', { simple: true })
  if (found !== 'ok') throw new Damaged('it is damaged')
}

const migrateOpen = (client: Database.Database, file: string, folder: string): void => {
  const migrations = readMigrationFiles({ migrationsFolder: folder })
  const applied = appliedHashes(client)
  if (!isPrefix(applied, migrations)) {
    throw new UnusableDatabase(
      `The database ${file} was made by a newer version of Latchkey (${applied.length} migrations, this version knows ${migrations.length}). Start that version, or restore a copy made before it.`,
    )
  }
  assertSound(client, file)
  if (applied.length === migrations.length) return
  if (applied.length > 0) backUpSqlite(client, `${file}.before-migration-${applied.length}`)
  applyMigrations(client, migrations)
}

// Digests and sealed keys are nobody else's business; SQLite gives its other files the mode of this one.
const makePrivate = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
}

const DAMAGED = /^SQLITE_(CORRUPT|NOTADB)/
// What a statement says of itself, and not of the disk.
const OF_STATEMENT = /^SQLITE_(ERROR|CONSTRAINT|MISMATCH)/

// Whoever moves away what is not damaged loses it: that is for SQLite alone to say.
const remedyFor = (thrown: unknown): string => {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (thrown instanceof Damaged || DAMAGED.test(code)) return 'Restore a copy, or move it away to start empty.'
  if (code === '' || OF_STATEMENT.test(code))
    return 'It was left as it was: start the version that last opened it, or install this one anew.'
  return 'Check that the file and its folder can be written and that the disk has room.'
}

const unusable = (file: string, thrown: unknown): UnusableDatabase => {
  const reason = thrown instanceof Error ? thrown.message.split('\n', 1)[0] : 'unknown error'
  return new UnusableDatabase(`The database ${file} cannot be used (${reason}). ${remedyFor(thrown)}`, {
    cause: thrown,
  })
}

/**
 * Brings a SQLite file to the newest schema, making it (and its folder) if it does not exist. An existing one is copied
 * first, to `<file>.before-migration-<n>`. All or nothing: interrupted, it can simply be started again. Throws
 * UnusableDatabase for a damaged or newer database.
 */
export const migrateSqlite = (file: string, { folder = FOLDER }: Options = {}): void => {
  let client: Database.Database | undefined
  try {
    makePrivate(file)
    client = new Database(file)
    client.pragma('journal_mode = WAL')
    client.pragma('synchronous = FULL')
    migrateOpen(client, file, folder)
  } catch (thrown) {
    throw thrown instanceof UnusableDatabase ? thrown : unusable(file, thrown)
  } finally {
    client?.close()
  }
}

/**
 * Looks whether a file is a database of exactly this version's schema, and changes nothing: a command beside a running
 * server must not migrate under it. Throws UnusableDatabase.
 */
export const requireMigrated = (file: string): void => {
  if (!existsSync(file))
    throw new UnusableDatabase(`There is no database ${file}. Set DATABASE_URL as the server has it.`)
  let client: Database.Database | undefined
  try {
    client = new Database(file, { readonly: true, fileMustExist: true })
    const migrations = readMigrationFiles({ migrationsFolder: FOLDER })
    const applied = appliedHashes(client)
    if (isPrefix(applied, migrations) && applied.length === migrations.length) return
    throw new UnusableDatabase(
      `The database ${file} is of another version of Latchkey (${applied.length} migrations, this version has ${migrations.length}). Start this version once, or use the one that serves.`,
    )
  } catch (thrown) {
    throw thrown instanceof UnusableDatabase ? thrown : unusable(file, thrown)
  } finally {
    client?.close()
  }
}
