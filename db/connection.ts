import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import type { SqliteRemoteDatabase } from 'drizzle-orm/sqlite-proxy'
import type { Schema } from '#db/schema.ts'
import type { ChangeFeed } from '#lib/changes/change.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

/** How a store reads a database: it builds queries and awaits them. */
export type Queries = Pick<BetterSQLite3Database, 'select'>

/** The words that writes are built of. */
export type Builders = Pick<SqliteRemoteDatabase, 'select' | 'insert' | 'update' | 'delete'>

/** A query of a list, which carries it out: awaited on PostgreSQL, handed to the writer on SQLite. */
export type RowsQuery = PromiseLike<readonly unknown[]>

/**
 * A query with placeholders (`sql.placeholder`) that is built once for each database: for lists that are written often.
 * Without `returning` its rows hold nothing and only their number counts, that of the rows it wrote: SQLite gathers what is
 * returned in a table of its own and keeps a journal for the statement.
 */
export type QueryShape = (tx: Builders & Locks, schema: Schema) => RowsQuery | PromiseLike<object>

/** One write and how many rows it must answer with, or the whole list is undone; `any` counts nothing. */
export type Write = {
  /** Names the write in a WriteConflict: `rights`, `token`, `audit`. */
  readonly label: string
  readonly rows: RowsQuery
  readonly expect: number | 'any'
  /** A row of the change feed, whose order must be that of commits: PostgreSQL writes it last, behind a lock. */
  readonly toFeed?: true
}

/** Locks on rows that were only read. */
export type Locks = {
  /** Keeps the selected rows as they are until the end of the list (PostgreSQL: FOR SHARE; SQLite: the write lock does). */
  share(query: RowsQuery): RowsQuery
  /** The same, of rows that only one list at a time may hold: for what is counted before it is written (FOR NO KEY UPDATE). */
  own(query: RowsQuery): RowsQuery
}

/** What a list of writes may use: queries, ready-made ones, and a lock on rows that were only read. */
export type Transaction = Builders &
  Locks & {
    /** A shape with its placeholders filled. The function is the key under which it is kept: never one made for a call. */
    filled(shape: QueryShape, schema: Schema, values: Readonly<Record<string, unknown>>): RowsQuery
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
   * Throws WriteConflict when a count differs, UniqueConflict when a unique key is taken, MissingReference when a row
   * belongs to one that is not there, and PortalError `store.unavailable` when the database cannot be written; all of them
   * undo everything.
   * Answers only once the list is durable.
   */
  readonly atomically: (writes: (tx: Transaction) => readonly Write[]) => Promise<readonly (readonly unknown[])[]>
  /** Whatever may have altered a verdict, as committed by anybody. */
  readonly feed: ChangeFeed
  /**
   * A number that grows whenever anybody, in any process, has added to the feed since it was last asked; throws
   * `store.unavailable`. Within one task of the event loop it may stand still for what other processes add.
   */
  readonly commitMark: () => number
  /** Awaits a query and translates what the driver throws: PortalError `store.unavailable` or `server.internal`. */
  readonly read: <Result>(query: PromiseLike<Result>) => Promise<Result>
  /**
   * A query with placeholders (`sql.placeholder`) that is built once, for what is read often: answers its rows for each
   * set of values. Throws as `read` does.
   */
  readonly prepared: <Row>(
    query: (queries: Queries) => PromiseLike<readonly Row[]>,
  ) => (values: Readonly<Record<string, unknown>>) => Promise<readonly Row[]>
  /**
   * A read by some texts that answers what it answered for them before, while nobody in any process has committed since
   * it last began. Only SQLite can tell at once; on PostgreSQL it reads each time. Answers are shared: nobody changes them.
   */
  readonly remembered: <Keys extends readonly string[], Value>(
    read: (...keys: Keys) => Promise<Value>,
  ) => (...keys: Keys) => Promise<Value>
  readonly close: () => Promise<void>
}

/** A unique key was taken: the row is there already, and nothing was written. */
export class UniqueConflict extends Error {
  constructor() {
    super('a row with this key exists')
    this.name = 'UniqueConflict'
  }
}

/**
 * A row belongs to one that is not there, or no longer: a foreign key without its row; nothing was written. `server.internal`
 * to whoever does not expect it.
 */
export class MissingReference extends PortalError {
  constructor(internal: string) {
    super('server.internal', { internal })
    this.name = 'MissingReference'
  }
}
