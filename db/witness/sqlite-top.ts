import type Database from 'better-sqlite3'
import type { DatabaseTop } from '#db/witness/decide-restored.ts'
import type { WitnessRow } from '#db/witness/witness-text.ts'

/** Reads what a SQLite database says of itself. */
export type SqliteTop = {
  /** `seq`: the number of the witness' newest change. */
  read(seq: number): DatabaseTop
  /** The row of the feed that has this number. */
  row(seq: number): WitnessRow | undefined
}

/** Prepared once; throws what the driver throws. */
export const createSqliteTop = (client: Database.Database): SqliteTop => {
  const incarnation = client.prepare<[], string | null>('select incarnation from environment limit 1').pluck()
  const newest = client.prepare<[], number>('select coalesce(max(seq), 0) from changes').pluck()
  const bySeq = client.prepare<[number], WitnessRow>('select seq, kind, key, at from changes where seq = ?').raw()
  return {
    read: (seq) => ({ incarnation: incarnation.get(), newest: newest.get() ?? 0, row: bySeq.get(seq) }),
    row: (seq) => bySeq.get(seq),
  }
}
