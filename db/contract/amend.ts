import type { Builders, Connection, RowsQuery } from '#db/connection.ts'

/** Changes rows beside every use-case, whatever they were: the query ends in `.returning()`. */
export const amend = async ({ atomically }: Connection, query: (tx: Builders) => RowsQuery): Promise<void> => {
  await atomically((tx) => [{ label: 'amended', rows: query(tx), expect: 'any' }])
}
