import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import type { Schema } from '#db/schema.ts'

/** What a store may do with a database: build queries and `await` them. */
export type Queries = Pick<BetterSQLite3Database, 'select' | 'insert' | 'update' | 'delete'>

/** A query that answers rows: awaited on PostgreSQL, run at once on SQLite. */
export type RowsQuery = PromiseLike<readonly unknown[]> & { all(): readonly unknown[] }

/** One write and how many rows it must answer with, or the whole list is undone; `any` counts nothing. */
export type Write = {
  /** Names the write in a WriteConflict: `rights`, `token`, `audit`. */
  readonly label: string
  readonly rows: RowsQuery
  readonly expect: number | 'any'
}

/** What a list of writes may use: queries, and a lock on rows that were only read. */
export type Transaction = Queries & {
  /** Keeps the selected rows as they are until the end of the list (PostgreSQL: FOR SHARE; SQLite: the write lock does). */
  share(query: RowsQuery): RowsQuery
}

/** A write met another number of rows than expected: somebody else was first, and nothing was written. */
export class WriteConflict extends Error {
  readonly label: string
  constructor(label: string) {
    super(`the write "${label}" met other rows than expected`)
    this.name = 'WriteConflict'
    this.label = label
  }
}

/** One database: its tables, its queries, and all-or-nothing lists of writes. */
export type Connection = {
  readonly schema: Schema
  readonly queries: Queries
  /**
   * Carries out the list in one transaction, in order, and answers each write's rows.
   * Throws WriteConflict when a count differs, UniqueConflict when a unique key is taken,
   * and PortalError `store.unavailable` when the database cannot be written; all of them undo everything.
   */
  readonly atomically: (writes: (tx: Transaction) => readonly Write[]) => Promise<readonly (readonly unknown[])[]>
  /** A number that grows whenever anybody, in any process, has committed since it was last asked; throws `store.unavailable`. */
  readonly commitMark: () => number
  /** Awaits a query and translates what the driver throws: PortalError `store.unavailable` or `server.internal`. */
  readonly read: <Result>(query: PromiseLike<Result>) => Promise<Result>
  readonly close: () => Promise<void>
}

/** A unique key was taken: the row is there already, and nothing was written. */
export class UniqueConflict extends Error {
  constructor() {
    super('a row with this key exists')
    this.name = 'UniqueConflict'
  }
}
