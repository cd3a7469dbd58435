import type { WitnessRow } from '#db/witness/witness-text.ts'
import type { WitnessTop } from '#db/witness/witness-top.ts'

/** What a database says of itself. */
export type DatabaseTop = {
  /** Null: no witness knows of it; undefined: nobody has started on it yet. */
  readonly incarnation: string | null | undefined
  readonly newest: number
  /** The row of the feed that has the number of the witness' newest change. */
  readonly row: WitnessRow | undefined
}

/** Why a database is not the one that its witness knows. */
export type RestoredReason = 'missing' | 'other' | 'older' | 'diverged' | 'replaced'

const isSameRow = (row: WitnessRow, [seq, kind, key, at]: WitnessRow): boolean =>
  row[0] === seq && row[1] === kind && row[2] === key && row[3] === at

/** Whether a row of the witness stands in the database just so. */
export const isRowOf = (row: WitnessRow, found: WitnessRow | undefined): boolean =>
  found !== undefined && isSameRow(row, found)

/** Whether a database lacks something that was answered for; undefined: nothing says so. */
export const decideRestored = (
  { incarnation, newest, row }: DatabaseTop,
  witness: WitnessTop | undefined,
): RestoredReason | undefined => {
  const isNamed = incarnation !== null && incarnation !== undefined
  if (!witness) return isNamed ? 'missing' : undefined
  // A first start that broke off between the two: it had told nobody anything.
  if (!isNamed) return witness.row === undefined && newest >= witness.seq ? undefined : 'other'
  if (incarnation !== witness.incarnation) return 'other'
  if (newest < witness.seq) return 'older'
  return witness.row && !isRowOf(witness.row, row) ? 'diverged' : undefined
}

/** What an operator reads in the log, for each reason. */
export const RESTORED_WORDS: Readonly<Record<RestoredReason, string>> = {
  missing: 'the witness of this database is missing',
  other: 'the witness is of another life of this database',
  older: 'the database lacks changes that its witness has seen',
  diverged: 'the database has other changes than its witness has seen',
  replaced: 'the file of the database was replaced while it was open; start again',
}
