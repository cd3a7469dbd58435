import type { WitnessContent, WitnessRow } from '#db/witness/witness-text.ts'

/** All that a witness knows, of each key the newest change. */
export type WitnessLog = {
  /** The life of the database that the newest change is of. */
  readonly incarnation: string
  /** The newest change that was committed. */
  readonly through: number
  /** Whatever changed after this one is among the rows; undefined: nobody knows. */
  readonly from: number | undefined
  /** In the order of the feed. */
  readonly rows: readonly WitnessRow[]
}

/** Whether rows of which nobody said that they were committed are in the database. */
export type IsInDatabase = (row: WitnessRow) => boolean

const committedOf = ({ batches }: WitnessContent, isInDatabase: IsInDatabase): readonly WitnessRow[] =>
  batches.flatMap(({ isCommitted, rows }) => (isCommitted ? rows : rows.filter(isInDatabase)))

const topOf = (content: WitnessContent, rows: readonly WitnessRow[]): number =>
  rows.reduce((top, [seq]) => Math.max(top, seq), content.head.through)

const newestOfEach = (rows: readonly WitnessRow[]): readonly WitnessRow[] => {
  const newest = new Map<string, WitnessRow>()
  for (const row of rows.toSorted(([one], [other]) => one - other)) newest.set(`${row[1]} ${row[2]}`, row)
  return [...newest.values()].sort(([one], [other]) => one - other)
}

/** Puts the files of a witness together; undefined if there are none. */
export const mergeWitness = (
  contents: readonly WitnessContent[],
  isInDatabase: IsInDatabase,
): WitnessLog | undefined => {
  const read = contents.map((content) => {
    const rows = committedOf(content, isInDatabase)
    return { ...content.head, rows, top: topOf(content, rows) }
  })
  const newest = read.toSorted((one, other) => one.top - other.top).at(-1)
  if (!newest) return undefined
  // Where two say it, each may have let go of what was old by then.
  const from = read
    .flatMap((each) => each.from ?? [])
    .reduce<number | undefined>((latest, each) => Math.max(latest ?? 0, each), undefined)
  return {
    incarnation: newest.incarnation,
    through: newest.top,
    from,
    rows: newestOfEach(read.flatMap(({ rows }) => rows)),
  }
}
