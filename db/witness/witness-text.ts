import type { ChangeKind } from '#lib/changes/change.ts'

/** One row of the change feed as a witness keeps it; with a change of keys, the ids of those that are removed by then. */
export type WitnessRow = readonly [
  seq: number,
  kind: ChangeKind,
  key: string,
  at: number,
  removedKeys?: readonly string[],
]

/** What stands first in a file of a witness. */
export type WitnessHead = {
  /** The life of the database that its rows are of. */
  readonly incarnation: string
  /** The newest change of which the file knows without naming it; 0: of none. */
  readonly through: number
  /** Set: the folder holds every change after this one, or a later one of the same key. */
  readonly from?: number
}

/** Rows that were committed together, if they were. */
type WitnessBatch = { readonly isCommitted: boolean; readonly rows: readonly WitnessRow[] }

/** A whole file. */
export type WitnessContent = { readonly head: WitnessHead; readonly batches: readonly WitnessBatch[] }

/** Stands before a line whose rows are committed. It is one byte, written over the space that stood there. */
export const COMMITTED = '+'
const INTENDED = ' '

/** The first line of a file. */
export const headText = (head: WitnessHead): string => `#${JSON.stringify(head)}\n`

/** One line for rows of one transaction. */
export const batchText = (rows: readonly WitnessRow[], mark: typeof COMMITTED | typeof INTENDED = INTENDED): string =>
  `${mark}${JSON.stringify(rows)}\n`

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Reads the first line; undefined if it is none. */
export const readHead = (text: string): WitnessHead | undefined => {
  const line = text.split('\n', 1)[0] ?? ''
  return line.startsWith('#') ? (parsed(line.slice(1)) as WitnessHead | undefined) : undefined
}

// What was cut short was never answered for: nothing is committed before its line is safe.
const readBatch = (line: string): readonly WitnessBatch[] => {
  const rows = line.startsWith(COMMITTED) || line.startsWith(INTENDED) ? parsed(line.slice(1)) : undefined
  return Array.isArray(rows) ? [{ isCommitted: line.startsWith(COMMITTED), rows: rows as readonly WitnessRow[] }] : []
}

/** Reads lines; those that are not whole are passed over. */
export const readBatches = (text: string): readonly WitnessBatch[] => text.split('\n').flatMap(readBatch)
