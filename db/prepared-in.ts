import { type Column, type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { Connection, Queries } from '#db/connection.ts'

type Values = Readonly<Record<string, unknown>>
type Prepared = Pick<Connection, 'prepared'>

// Few sizes, so that few statements are kept.
const sizeFor = (count: number): number => 2 ** Math.ceil(Math.log2(count))

const namesOf = (size: number, width: number): readonly (readonly string[])[] =>
  Array.from({ length: size }, (_row, row) =>
    Array.from({ length: width }, (_column, column) => `listed${row}_${column}`),
  )

// Built once for each size; the rows left over hold the first one again.
const preparedInRows = <Row>(
  { prepared }: Prepared,
  width: number,
  query: (queries: Queries, rows: Placeholder[][]) => PromiseLike<readonly Row[]>,
) => {
  const build = (size: number) => {
    const names = namesOf(size, width)
    const rows = names.map((row) => row.map((name) => sql.placeholder(name)))
    return { names, run: prepared((queries) => query(queries, rows)) }
  }
  const ready = new Map<number, ReturnType<typeof build>>()
  return (list: readonly (readonly string[])[], values: Values): Promise<readonly Row[]> => {
    const size = sizeFor(list.length)
    const { names, run } = ready.get(size) ?? build(size)
    ready.set(size, { names, run })
    const listed = names.flatMap((row, index) => row.map((name, column) => [name, (list[index] ?? list[0])?.[column]]))
    return run({ ...values, ...Object.fromEntries(listed) })
  }
}

/**
 * A query with an `in` over a list, which holds at least one text. It is built once for each power of two that a list
 * fits in. Throws as `Connection.read` does.
 */
export const preparedIn = <Row>(
  connection: Prepared,
  query: (queries: Queries, listed: Placeholder[]) => PromiseLike<readonly Row[]>,
) => {
  const run = preparedInRows(connection, 1, (queries, rows) => query(queries, rows.flat()))
  return (list: readonly string[], values: Values = {}): Promise<readonly Row[]> =>
    run(
      list.map((text) => [text]),
      values,
    )
}

/** A key of two texts, as of a row that belongs to a tenant: the tenant's id and the row's own. */
export type Pair = readonly [tenantId: string, id: string]

/**
 * The same over a list of pairs, each asked for once however often it stands there: `among` is the condition that two
 * columns together hold one of them. Of two lists apart each text of one would be looked for with each of the other: as
 * many look-ups as tokens times tenants.
 */
export const preparedInPairs = <Row>(
  connection: Prepared,
  query: (queries: Queries, among: (tenantId: Column, id: Column) => SQL) => PromiseLike<readonly Row[]>,
) => {
  const run = preparedInRows(connection, 2, (queries, rows) => {
    const listed = sql.join(
      rows.map(([tenantId, id]) => sql`(${tenantId}, ${id})`),
      sql`, `,
    )
    return query(queries, (tenantId, id) => sql`(${tenantId}, ${id}) in (values ${listed})`)
  })
  return (list: readonly Pair[]): Promise<readonly Row[]> => {
    // No id has a NUL in it: PostgreSQL has no such text.
    const once = new Map(list.map((pair) => [pair.join('\0'), pair]))
    return run([...once.values()], {})
  }
}
