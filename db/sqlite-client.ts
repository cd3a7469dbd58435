import Database from 'better-sqlite3'
import { planOnce } from '#db/plan-once.ts'

const BUSY_TIMEOUT_MS = 5000

const require = (client: Database.Database, pragma: string, wanted: number): void => {
  const found = client.pragma(pragma, { simple: true })
  if (found !== wanted) throw new Error(`SQLite runs with ${pragma}=${String(found)}, not ${wanted}`)
}

// Whoever prepares: the writer, and Drizzle for those who read.
const planningOnce = (client: Database.Database): Database.Database => {
  const prepare = client.prepare.bind(client)
  return Object.assign(client, { prepare: (sql: string) => prepare(planOnce(sql)) })
}

const prepareClient = (client: Database.Database): void => {
  client.pragma('journal_mode = WAL')
  // FULL: NORMAL lost acknowledged commits in every simulated power cut. The driver's default is asserted away.
  client.pragma('synchronous = FULL')
  client.pragma('foreign_keys = ON')
  client.pragma('trusted_schema = OFF')
  require(client, 'synchronous', 2)
  require(client, 'foreign_keys', 1)
}

const open = (file: string): Database.Database => {
  const client = planningOnce(new Database(file, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS }))
  try {
    prepareClient(client)
    return client
  } catch (thrown) {
    client.close()
    throw thrown
  }
}

/** Opens the connection that writes: WAL, `synchronous=FULL`. Throws what the driver throws. */
export const openSqliteWriter = (file: string): Database.Database => {
  const client = open(file)
  // A statement of many rows first copies each page that it changes, lest one of them fails: into a file, if not told so.
  client.pragma('temp_store = MEMORY')
  require(client, 'temp_store', 2)
  return client
}

/** Opens the connection that reads, and refuses every write. Throws what the driver throws. */
export const openSqliteReader = (file: string): Database.Database => {
  const client = open(file)
  client.pragma('query_only = ON')
  require(client, 'query_only', 1)
  return client
}
