import type Database from 'better-sqlite3'
import { isRowOf } from '#db/witness/decide-restored.ts'
import { createSqliteTop } from '#db/witness/sqlite-top.ts'
import type { Witness } from '#db/witness/witness.ts'
import type { WitnessRow } from '#db/witness/witness-text.ts'

/** A witness did not take what was to be committed: nothing of it may be. */
export class WitnessFailure extends Error {
  override readonly name = 'WitnessFailure'
}

/** What a writer asks of its witness, around each commit. */
export type CommitWitness = {
  /** Before the commit, with the first number that the transaction gave out. Throws WitnessFailure. */
  before(firstSeq: number): void
  /** After it. Throws WitnessFailure. */
  after(): void
  close(): void
}

/** What a disk or a driver calls its failure: for the log, with nothing of what was written. */
export const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'

const failing = (work: () => void): void => {
  try {
    work()
  } catch (thrown) {
    throw new WitnessFailure(`the witness cannot be written: ${codeOf(thrown)}`, { cause: thrown })
  }
}

const createReader = (client: Database.Database) => {
  const top = createSqliteTop(client)
  const since = client.prepare<[number], WitnessRow>('select seq, kind, key, at from changes where seq >= ?').raw()
  const removed = client.prepare<[], string>('select kid from signing_keys where removed_at is not null').pluck()
  return {
    incarnation: () => top.read(0).incarnation,
    // Which keys are gone is nowhere else to be read, once a database is restored that still believes them.
    rowsFrom: (seq: number) =>
      since
        .all(seq)
        .map((row): WitnessRow => (row[1] === 'keys' ? [row[0], row[1], row[2], row[3], removed.all()] : row)),
    isInDatabase: (row: WitnessRow) => isRowOf(row, top.row(row[0])),
  }
}

/** Has a witness told of each commit that appends to the feed; of a database that has none yet, of nothing. */
export const witnessCommits = (client: Database.Database, witness: Witness): CommitWitness => {
  let reader: ReturnType<typeof createReader> | undefined
  let isTold = false
  let last = 0
  return {
    before: (firstSeq) => {
      // Numbers are given out once: this is an older database, in place of the one that this writer knows.
      if (firstSeq <= last) throw new WitnessFailure('the database went back')
      reader ??= createReader(client)
      const { isInDatabase } = reader
      const incarnation = reader.incarnation() ?? undefined
      isTold = incarnation !== undefined
      if (incarnation === undefined) return
      const rows = reader.rowsFrom(firstSeq)
      failing(() => witness.intend({ incarnation, rows, isInDatabase }))
      last = firstSeq - 1
    },
    after: () => {
      if (isTold) failing(() => witness.settle())
    },
    close: () => witness.close(),
  }
}
