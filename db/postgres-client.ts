import pg from 'pg'
import { languageOf, SORTING, SORTING_REMEDY, type Sorting } from '#db/postgres-sorting.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

// A count, a sum and a 64-bit column fit in a double here, and SQLite gives numbers too.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number)

/** What every connection is opened with: no statement, lock, or peer that fell silent can hold one for ever. */
const SETTINGS = {
  fallback_application_name: 'latchkey',
  keepAlive: true,
  connectionTimeoutMillis: 5000,
  statement_timeout: 10_000,
  lock_timeout: 5000,
  idle_in_transaction_session_timeout: 10_000,
  query_timeout: 15_000,
} as const

/** For work that may take long, and whoever waits for it waits for long: a migration, a command over a million tokens. */
export const PATIENT = { statement_timeout: 0, query_timeout: 0, idle_in_transaction_session_timeout: 0 } as const

// The follower of the feed has to notice sooner that nobody answers.
const FOLLOWER_TIMEOUT_MS = 3000

// With `off` a commit is answered before it is on the disk, and a power cut loses it (rule 8). Stronger settings wait for
// standbys as well.
const DURABLE = new Set(['on', 'remote_write', 'remote_apply', 'local'])

const unavailable = (internal: string): PortalError => new PortalError('store.unavailable', { internal })

type Server = Sorting & { readonly value: string; readonly standby: boolean }

// A standby answers from before what the primary has answered, and one that has lost its primary does so for ever.
const assertPrimary = (server: Pick<Server, 'standby'> | undefined): void => {
  if (server?.standby !== false) throw unavailable('this PostgreSQL is a standby; the address must lead to the primary')
}

// One question for all of it, as each connection asks it before anything else.
const assertFit = async (client: pg.ClientBase): Promise<void> => {
  const { rows } = await client.query<Server>(
    `select current_setting('synchronous_commit') as value, pg_is_in_recovery() as standby, sorting.*
     from (${SORTING}) as sorting`,
  )
  const [server] = rows
  assertPrimary(server)
  const value = server?.value ?? 'unknown'
  if (!DURABLE.has(value))
    throw unavailable(
      `PostgreSQL runs with synchronous_commit=${value}, which loses acknowledged changes; set it to on`,
    )
  const language = server && languageOf(server)
  if (language !== undefined) throw unavailable(`this database sorts texts by ${language}. ${SORTING_REMEDY}`)
}

type PoolOptions = {
  /** How many connections at most. */
  readonly max: number
  readonly settings?: pg.ClientConfig
  /** What each connection is asked before anything else. */
  readonly greet?: (client: pg.ClientBase) => Promise<void>
}

/** A pool of connections, each of which is asserted to be durable, and to sort texts by their bytes, before it is used. */
export const openPool = (
  connectionString: string,
  { max, settings = {}, greet = async () => undefined }: PoolOptions,
): pg.Pool => {
  const pool = new pg.Pool({
    ...SETTINGS,
    ...settings,
    connectionString,
    max,
    verify: (client, done) => {
      assertFit(client)
        .then(() => greet(client))
        .then(() => done(), done)
    },
  })
  // One that breaks while nobody uses it is replaced when somebody needs it. One that breaks between two statements of a
  // list says so as well, and would end the process if nobody listened; the next statement fails.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/** A connection outside any pool, for whoever holds one for long. */
export const openClient = async (connectionString: string, settings: pg.ClientConfig = {}): Promise<pg.Client> => {
  const client = new pg.Client({ ...SETTINGS, ...settings, connectionString })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** The connection over which a node hears of changes. */
export const openFollower = (connectionString: string): Promise<pg.Client> =>
  openClient(connectionString, {
    connectionTimeoutMillis: FOLLOWER_TIMEOUT_MS,
    query_timeout: FOLLOWER_TIMEOUT_MS,
  })

const TIMELINE = `
  select system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) as history from pg_control_system()`

/**
 * Names the history that a server writes: another after a standby was promoted, or a copy restored, so that rows may be
 * missing which the former one had told of. Throws what the driver throws, and `store.unavailable` for a standby.
 */
export const readHistory = async (client: pg.ClientBase): Promise<string> => {
  const { rows: recovery } = await client.query<Pick<Server, 'standby'>>('select pg_is_in_recovery() as standby')
  assertPrimary(recovery[0])
  const { rows } = await client.query<{ readonly history: string }>(TIMELINE)
  return rows[0]?.history ?? ''
}
