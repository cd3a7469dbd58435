import { asc, inArray, max, min } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import { decideRestored, isRowOf, type RestoredReason } from '#db/witness/decide-restored.ts'
import { readWitness } from '#db/witness/witness-folder.ts'
import { mergeWitness, type WitnessLog } from '#db/witness/witness-log.ts'
import type { WitnessRow } from '#db/witness/witness-text.ts'
import { createWitnessTop } from '#db/witness/witness-top.ts'

/** How a database stands to its witness. */
export type Restore = {
  readonly incarnation: string | null
  /** Undefined: nothing says that the database is not the one that its witness knows. */
  readonly reason: RestoredReason | undefined
  /** The highest number that the feed has given out, as far as anybody knows. */
  readonly through: number
  /** The newest change of each key that the database lacks. */
  readonly missing: readonly WitnessRow[]
  /** Whether these are all that it lacks. */
  readonly isComplete: boolean
}

const ROWS_MAX = 500

const rowsAt = async (
  { queries, read, schema: { changes } }: Connection,
  seqs: readonly number[],
): Promise<ReadonlyMap<number, WitnessRow>> => {
  const found = new Map<number, WitnessRow>()
  for (let at = 0; at < seqs.length; at += ROWS_MAX) {
    const slice = seqs.slice(at, at + ROWS_MAX)
    const rows = await read(queries.select().from(changes).where(inArray(changes.seq, slice)).orderBy(asc(changes.seq)))
    for (const row of rows) found.set(row.seq, [row.seq, row.kind, row.key, row.at])
  }
  return found
}

const readTop = async ({ queries, read, schema: { changes, environment } }: Connection) => {
  const [row] = await read(queries.select({ incarnation: environment.incarnation }).from(environment).limit(1))
  // Each by itself, as SQLite would go through all rows for both.
  const [first] = await read(queries.select({ seq: min(changes.seq) }).from(changes))
  const [last] = await read(queries.select({ seq: max(changes.seq) }).from(changes))
  return { incarnation: row?.incarnation, oldest: first?.seq ?? 0, newest: last?.seq ?? 0 }
}

type Ends = { readonly oldest: number; readonly newest: number }

type Lacking = Pick<Restore, 'missing' | 'isComplete'>

const lackingOf = async (connection: Connection, log: WitnessLog, { oldest, newest }: Ends): Promise<Lacking> => {
  // What both had, and the database has forgotten, is nothing that it lacks.
  const rows = log.rows.filter(([seq]) => seq >= oldest)
  const known = await rowsAt(
    connection,
    rows.map(([seq]) => seq),
  )
  const parting = rows.findIndex((row) => !isRowOf(row, known.get(row[0])))
  const missing = parting < 0 ? [] : rows.slice(parting)
  // Where not one change is common to both, only a witness that begins before the database ends can know all.
  const isCommon = parting !== 0 || (missing[0]?.[0] ?? 0) > newest
  return { missing, isComplete: log.from !== undefined && newest >= log.from && isCommon }
}

/** Compares a database with the witness in a folder. What nobody said to be committed counts as changed. */
export const readRestore = async (connection: Connection, folder: string): Promise<Restore> => {
  const { incarnation, oldest, newest } = await readTop(connection)
  const seen = createWitnessTop(folder)()
  const row = seen && (await rowsAt(connection, [seen.seq])).get(seen.seq)
  const log = mergeWitness(readWitness(folder), () => true)
  const through = Math.max(newest, log?.through ?? 0)
  const lacking = log ? await lackingOf(connection, log, { oldest, newest }) : { missing: [], isComplete: false }
  return {
    incarnation: incarnation ?? null,
    reason: decideRestored({ incarnation, newest, row }, seen),
    through,
    ...lacking,
  }
}

/** The same of a database that has no witness: nothing tells what it lacks. */
export const readUnwitnessed = async (connection: Connection): Promise<Restore> => {
  const { incarnation, newest } = await readTop(connection)
  return { incarnation: incarnation ?? null, reason: undefined, through: newest, missing: [], isComplete: false }
}
