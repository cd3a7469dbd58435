import { fillPlaceholders, QueryPromise } from 'drizzle-orm'
import { drizzle, type RemotePreparedQuery } from 'drizzle-orm/sqlite-proxy'
import type { QueryShape, RowsQuery, Transaction, Write } from '#db/connection.ts'
import type { RawRows, Statement } from '#db/writer/writer.ts'

/** A write as the writer takes it, and how the rows it answers read in the words of the query. */
export type BuiltWrite = { readonly statement: Statement; readonly map: (rows: RawRows) => readonly unknown[] }

const refuse = async (): Promise<never> => {
  throw new Error('a query of a list is carried out by its list')
}

class Filled extends QueryPromise<never> {
  readonly prepared: RemotePreparedQuery
  readonly values: Readonly<Record<string, unknown>>
  override readonly execute = refuse
  constructor(prepared: RemotePreparedQuery, values: Readonly<Record<string, unknown>>) {
    super()
    this.prepared = prepared
    this.values = values
  }
}

// Every builder of Drizzle can be prepared; over a remote driver that compiles nothing.
const prepare = (rows: RowsQuery): RemotePreparedQuery =>
  (rows as unknown as { prepare(): RemotePreparedQuery }).prepare()

// The write lock keeps every row as it is.
const asItIs = (query: RowsQuery): RowsQuery => query

/** What lists of writes are built with on SQLite: Drizzle over no connection at all, as the writer has its own. */
export const createSqliteTransaction = (): Transaction => {
  const words = Object.assign(drizzle(refuse), { share: asItIs, own: asItIs })
  const shapes = new Map<QueryShape, RemotePreparedQuery>()
  return Object.assign(words, {
    filled: ((shape, schema, values) => {
      const prepared = shapes.get(shape) ?? prepare(shape(words, schema))
      shapes.set(shape, prepared)
      return new Filled(prepared, values)
    }) satisfies Transaction['filled'],
  })
}

/** Turns a write into text and parameters. */
export const buildWrite = ({ rows, expect, toFeed }: Write): BuiltWrite => {
  const [prepared, values] = rows instanceof Filled ? [rows.prepared, rows.values] : [prepare(rows), {}]
  const { sql, params } = prepared.getQuery()
  return {
    statement: { sql, params: fillPlaceholders(params, values), expect, ...(toFeed ? { toFeed } : {}) },
    map: (raw) => prepared.mapAllResult(raw) as readonly unknown[],
  }
}
