import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import type { Connection, Transaction, Write } from '#db/connection.ts'
import { WriteConflict } from '#db/connection.ts'
import * as schema from '#db/schema.sqlite.ts'
import { translateSqliteError } from '#db/sqlite-errors.ts'

const BUSY_TIMEOUT_MS = 5000

const translated = <Result>(run: () => Result): Result => {
  try {
    return run()
  } catch (thrown) {
    throw translateSqliteError(thrown)
  }
}

// FULL: NORMAL lost acknowledged commits in every simulated power cut. The driver's default is asserted away.
const configure = (client: Database.Database): void => {
  client.pragma('journal_mode = WAL')
  client.pragma('synchronous = FULL')
  client.pragma('foreign_keys = ON')
  client.pragma('trusted_schema = OFF')
  const synchronous = client.pragma('synchronous', { simple: true })
  if (synchronous !== 2) throw new Error(`SQLite runs with synchronous=${String(synchronous)}, not FULL`)
}

const runWrites = (tx: Transaction, writes: (tx: Transaction) => readonly Write[]): readonly (readonly unknown[])[] =>
  writes(tx).map(({ label, rows, expect }) => {
    const answered = rows.all()
    if (expect !== 'any' && answered.length !== expect) throw new WriteConflict(label)
    return answered
  })

/** Opens a migrated SQLite database (a file path), WAL with synchronous=FULL; throws `store.unavailable` if it cannot. */
export const openSqlite = (file: string): Connection => {
  const client = translated(() => new Database(file, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS }))
  translated(() => configure(client))
  const db = drizzle(client)
  const dataVersion = client.prepare('PRAGMA data_version').pluck()
  let seenVersion = dataVersion.get()
  let mark = 0
  return {
    schema,
    queries: db,
    read: async (query) => {
      try {
        return await query
      } catch (thrown) {
        throw translateSqliteError(thrown)
      }
    },
    atomically: async (writes) => {
      const rows = translated(() =>
        db.transaction((tx) => runWrites(Object.assign(tx, { share: <Query>(query: Query) => query }), writes), {
          behavior: 'immediate',
        }),
      )
      // data_version does not move for a connection's own commits.
      mark += 1
      return rows
    },
    commitMark: () => {
      const version = translated(() => dataVersion.get())
      if (version !== seenVersion) {
        seenVersion = version
        mark += 1
      }
      return mark
    },
    close: async () => {
      client.close()
    },
  }
}
