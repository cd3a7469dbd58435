import { QueryPromise } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import type { Pool, PoolClient } from 'pg'
import type { Builders, Connection, Queries, QueryShape, RowsQuery, Transaction } from '#db/connection.ts'
import { NamingClient } from '#db/named-statements.ts'

type Locking = { for(strength: 'share' | 'no key update'): RowsQuery }

/** Drizzle over a pool or a connection: stores speak SQLite's types, and both dialects have what they use of them. */
export const queriesOver = (client: Pool | PoolClient): Queries & Builders =>
  drizzle(new NamingClient(client) as unknown as Pool) as unknown as Queries & Builders

type Values = Readonly<Record<string, unknown>>
type Rows = readonly unknown[]
type Ready = { execute(values: Values): Promise<Rows | { readonly rowCount: number | null }> }

// Every builder of Drizzle can be prepared; under its name the server parses the text once for each connection.
const prepare = (query: unknown, name: string): Ready => (query as { prepare(name: string): Ready }).prepare(name)

const locked =
  (strength: 'share' | 'no key update') =>
  (query: RowsQuery): RowsQuery =>
    (query as unknown as Locking).for(strength)

const shapeNames = new Map<QueryShape, string>()

const nameOf = (shape: QueryShape): string => {
  const name = shapeNames.get(shape) ?? `list_${shapeNames.size}`
  shapeNames.set(shape, name)
  return name
}

class Filled extends QueryPromise<Rows> {
  readonly ready: Ready
  readonly values: Values
  constructor(ready: Ready, values: Values) {
    super()
    this.ready = ready
    this.values = values
  }
  override async execute(): Promise<Rows> {
    const answered = await this.ready.execute(this.values)
    return 'rowCount' in answered ? Array.from({ length: answered.rowCount ?? 0 }) : answered
  }
}

const transactions = new WeakMap<PoolClient, Transaction>()

const newTransaction = (client: PoolClient): Transaction => {
  const words = Object.assign(queriesOver(client), { share: locked('share'), own: locked('no key update') })
  const shapes = new Map<QueryShape, Ready>()
  return Object.assign(words, {
    filled: ((shape, schema, values) => {
      const ready = shapes.get(shape) ?? prepare(shape(words, schema), nameOf(shape))
      shapes.set(shape, ready)
      return new Filled(ready, values)
    }) satisfies Transaction['filled'],
  })
}

/** What lists of writes are built with on a connection; one for each, as what is prepared is prepared there. */
export const transactionOver = (client: PoolClient): Transaction => {
  const transaction = transactions.get(client) ?? newTransaction(client)
  transactions.set(client, transaction)
  return transaction
}

/** Reads that are built once, under a name each, over a pool. */
export const createPostgresPrepared = (queries: Queries, read: Connection['read']): Connection['prepared'] => {
  let made = 0
  return <Row>(query: (queries: Queries) => PromiseLike<readonly Row[]>) => {
    made += 1
    const name = `read_${made}`
    let ready: Ready | undefined
    return (values) => {
      // Built with the first values: a command opens many stores and asks few of them.
      ready ??= prepare(query(queries), name)
      return read(ready.execute(values) as Promise<readonly Row[]>)
    }
  }
}
