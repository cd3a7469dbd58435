import { join } from 'node:path'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import type { Client } from 'pg'
import { openClient, PATIENT } from '#db/postgres-client.ts'
import { readLanguage, SORTING_REMEDY } from '#db/postgres-sorting.ts'
import { UnusableDatabase } from '#db/unusable-database.ts'

const FOLDER = join(import.meta.dirname, 'migrations/postgres')

// One process migrates at a time; "mig" and a version in ASCII.
const MIGRATION_LOCK = 0x6d_69_67_31

// drizzle-kit's own table, as its migrator would make it, so that its tools go on understanding the database.
const JOURNAL = [
  'create schema if not exists drizzle',
  `create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
] as const

/** The address of a database without whoever signs in there. */
const nameOf = (url: string): string => {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

const appliedHashes = async (client: Client): Promise<readonly string[]> => {
  const { rows: known } = await client.query(`select to_regclass('drizzle.__drizzle_migrations') as journal`)
  if (known[0]?.journal === null) return []
  const { rows } = await client.query('select hash from drizzle.__drizzle_migrations order by created_at')
  return rows.map(({ hash }) => String(hash))
}

const isPrefix = (applied: readonly string[], ours: readonly MigrationMeta[]): boolean =>
  applied.length <= ours.length && applied.every((hash, index) => hash === ours[index]?.hash)

const requireOlder = (url: string, applied: readonly string[], ours: readonly MigrationMeta[]): void => {
  if (isPrefix(applied, ours)) return
  throw new UnusableDatabase(
    `The database ${nameOf(url)} was made by a newer version of Latchkey (${applied.length} migrations, this version knows ${ours.length}). Start that version, or restore a copy made before it.`,
  )
}

// What is pending is read again inside: another process may have migrated while this one waited for the lock.
const applyPending = async (client: Client, url: string, migrations: readonly MigrationMeta[]): Promise<void> => {
  await client.query('begin')
  // A process that was killed lets go of the lock within two seconds, and not when its statement would have ended.
  await client.query(`set local client_connection_check_interval = '2s'`)
  await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
  for (const statement of JOURNAL) await client.query(statement)
  const applied = await appliedHashes(client)
  requireOlder(url, applied, migrations)
  for (const { sql, hash, folderMillis } of migrations.slice(applied.length)) {
    for (const statement of sql) await client.query(statement)
    await client.query('insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)', [
      hash,
      folderMillis,
    ])
  }
  await client.query('commit')
}

const unusable = (url: string, thrown: unknown): UnusableDatabase => {
  const error = thrown instanceof AggregateError ? (thrown.errors[0] ?? thrown) : thrown
  const reason = error instanceof Error ? error.message.split('\n', 1)[0] : 'unknown error'
  const remedy = 'Check that PostgreSQL runs there, and that the user may sign in and make tables.'
  return new UnusableDatabase(`The database ${nameOf(url)} cannot be used (${reason}). ${remedy}`, { cause: thrown })
}

const requireSorted = async (client: Client, url: string): Promise<void> => {
  const language = await readLanguage(client)
  if (language === undefined) return
  throw new UnusableDatabase(`The database ${nameOf(url)} sorts texts by ${language}. ${SORTING_REMEDY}`)
}

const withClient = async <Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> => {
  let client: Client | undefined
  try {
    client = await openClient(url, { ...PATIENT, lock_timeout: 0 })
    await requireSorted(client, url)
    return await work(client)
  } catch (thrown) {
    throw thrown instanceof UnusableDatabase ? thrown : unusable(url, thrown)
  } finally {
    await client?.end()
  }
}

type Options = {
  /** Where the generated migrations lie; the product's own unless a test brings others. */
  readonly folder?: string
}

/**
 * Brings a PostgreSQL database to the newest schema. All or nothing, by one process at a time: interrupted, it can simply
 * be started again. Throws UnusableDatabase for one that is newer, not to be reached, or does not sort texts by their bytes.
 */
export const migratePostgres = (url: string, { folder = FOLDER }: Options = {}): Promise<void> =>
  withClient(url, async (client) => {
    const migrations = readMigrationFiles({ migrationsFolder: folder })
    const applied = await appliedHashes(client)
    requireOlder(url, applied, migrations)
    if (applied.length < migrations.length) await applyPending(client, url, migrations)
  })

/**
 * Looks whether a database has exactly this version's schema, and changes nothing: a command beside a running server must
 * not migrate under it. Throws UnusableDatabase.
 */
export const requireMigratedPostgres = (url: string): Promise<void> =>
  withClient(url, async (client) => {
    const migrations = readMigrationFiles({ migrationsFolder: FOLDER })
    const applied = await appliedHashes(client)
    if (isPrefix(applied, migrations) && applied.length === migrations.length) return
    throw new UnusableDatabase(
      `The database ${nameOf(url)} is of another version of Latchkey (${applied.length} migrations, this version has ${migrations.length}). Start this version once, or use the one that serves.`,
    )
  })
