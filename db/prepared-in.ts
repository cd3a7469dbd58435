import { type Placeholder, sql } from 'drizzle-orm'
import type { Connection, Queries } from '#db/connection.ts'

const nameOf = (index: number): string => `listed${index}`

// Few sizes, so that few statements are kept.
const sizeFor = (count: number): number => 2 ** Math.ceil(Math.log2(count))

/**
 * A query with an `in` over a list, which holds at least one text. It is built once for each power of two that a list
 * fits in; the places left over hold the first text again. Throws as `Connection.read` does.
 */
export const preparedIn = <Row>(
  { prepared }: Pick<Connection, 'prepared'>,
  query: (queries: Queries, listed: Placeholder[]) => PromiseLike<readonly Row[]>,
) => {
  const ready = new Map<number, ReturnType<typeof prepared<Row>>>()
  return (list: readonly string[], values: Readonly<Record<string, unknown>> = {}): Promise<readonly Row[]> => {
    const size = sizeFor(list.length)
    const names = Array.from({ length: size }, (_, index) => nameOf(index))
    const run =
      ready.get(size) ??
      prepared((queries) =>
        query(
          queries,
          names.map((name) => sql.placeholder(name)),
        ),
      )
    ready.set(size, run)
    return run({ ...values, ...Object.fromEntries(names.map((name, index) => [name, list[index] ?? list[0]])) })
  }
}
