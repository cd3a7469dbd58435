import type { Connection, RowsQuery, Transaction } from '#db/connection.ts'

/** How many rows one list deletes at most. */
export const PURGED_AT_ONCE = 2000

/**
 * Deletes what is old, in lists of so many rows at most: between two of them others write, and none takes longer than a
 * statement may. `deleteSome` answers a row for each one it deleted, at most `limit`. Throws as `atomically` does.
 */
export const purgeInSteps = async (
  { atomically }: Pick<Connection, 'atomically'>,
  label: string,
  deleteSome: (tx: Transaction, limit: number) => RowsQuery,
): Promise<void> => {
  for (let gone = PURGED_AT_ONCE; gone >= PURGED_AT_ONCE; ) {
    const [rows] = await atomically((tx) => [{ label, rows: deleteSome(tx, PURGED_AT_ONCE), expect: 'any' }])
    gone = rows?.length ?? 0
  }
}
