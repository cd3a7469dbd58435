import { is, Param, Placeholder, QueryPromise } from 'drizzle-orm'
import { drizzle, type RemotePreparedQuery } from 'drizzle-orm/sqlite-proxy'
import type { QueryShape, RowsQuery, Transaction, Write } from '#db/connection.ts'
import type { RawRows, Statement } from '#db/writer/writer.ts'

/** A write as the writer takes it, and how the rows it answers read in the words of the query. */
export type BuiltWrite = { readonly statement: Statement; readonly map: (rows: RawRows) => readonly unknown[] }

const refuse = async (): Promise<never> => {
  throw new Error('a query of a list is carried out by its list')
}

type Values = Readonly<Record<string, unknown>>

/** Text with its parameters still to be filled; Drizzle's own filling asks each one anew what it is. */
type Shaped = {
  readonly prepared: RemotePreparedQuery
  readonly sql: string
  readonly fill: (values: Values) => unknown[]
}

const valueOf = (values: Values, name: string): unknown => {
  const value = values[name]
  if (value === undefined) throw new Error(`no value for the placeholder "${name}"`)
  return value
}

const fillerOf = (param: unknown): ((values: Values) => unknown) => {
  if (is(param, Placeholder)) return (values) => valueOf(values, param.name)
  if (!is(param, Param) || !is(param.value, Placeholder)) return () => param
  const { encoder, value } = param
  return (values) => encoder.mapToDriverValue(valueOf(values, value.name))
}

const shapedOf = (prepared: RemotePreparedQuery): Shaped => {
  const { sql, params } = prepared.getQuery()
  const fillers = params.map(fillerOf)
  return { prepared, sql, fill: (values) => fillers.map((fill) => fill(values)) }
}

class Filled extends QueryPromise<never> {
  readonly shaped: Shaped
  readonly values: Values
  override readonly execute = refuse
  constructor(shaped: Shaped, values: Values) {
    super()
    this.shaped = shaped
    this.values = values
  }
}

// Every builder of Drizzle can be prepared; over a remote driver that compiles nothing.
const prepare = (rows: PromiseLike<object>): RemotePreparedQuery =>
  (rows as unknown as { prepare(): RemotePreparedQuery }).prepare()

// The write lock keeps every row as it is.
const asItIs = (query: RowsQuery): RowsQuery => query

/** What lists of writes are built with on SQLite: Drizzle over no connection at all, as the writer has its own. */
export const createSqliteTransaction = (): Transaction => {
  const words = Object.assign(drizzle(refuse), { share: asItIs, own: asItIs })
  const shapes = new Map<QueryShape, Shaped>()
  return Object.assign(words, {
    filled: ((shape, schema, values) => {
      const shaped = shapes.get(shape) ?? shapedOf(prepare(shape(words, schema)))
      shapes.set(shape, shaped)
      return new Filled(shaped, values)
    }) satisfies Transaction['filled'],
  })
}

/** Turns a write into text and parameters. */
export const buildWrite = ({ rows, expect, toFeed }: Write): BuiltWrite => {
  const [{ prepared, sql, fill }, values] =
    rows instanceof Filled ? [rows.shaped, rows.values] : [shapedOf(prepare(rows)), {}]
  return {
    statement: { sql, params: fill(values), expect, ...(toFeed ? { toFeed } : {}) },
    map: (raw) => prepared.mapAllResult(raw) as readonly unknown[],
  }
}
