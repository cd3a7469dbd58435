import type Database from 'better-sqlite3'
import { LRUCache } from 'lru-cache'
import { readSqliteFailure } from '#db/sqlite-errors.ts'
import { type CommitWitness, WitnessFailure } from '#db/witness/witness-commits.ts'
import { createWriteTurns } from '#db/writer/write-turns.ts'
import { type Outcome, type RawRows, type Statement, unavailable } from '#db/writer/writer.ts'

/** Lists that one transaction takes at most: more would make the first of them wait. */
export const BATCH_LISTS_MAX = 64

const PREPARED_MAX = 500

type Rows = Database.Statement<unknown[], readonly unknown[]>

/** Carries out lists in one transaction and answers what became of each. */
export type RunBatch = (lists: readonly (readonly Statement[])[]) => readonly Outcome[]

// Compiled once for each text: hot lists come with the same few.
const preparing = (client: Database.Database): ((sql: string) => Rows) => {
  const known = new LRUCache<string, Rows>({ max: PREPARED_MAX })
  return (sql) => {
    const prepared = known.get(sql)
    if (prepared) return prepared
    const made = client.prepare<unknown[], readonly unknown[]>(sql).raw()
    known.set(sql, made)
    return made
  }
}

const runList = (prepare: (sql: string) => Rows, list: readonly Statement[]): Outcome => {
  const rows: RawRows[] = []
  for (const [at, { sql, params, expect }] of list.entries()) {
    const answered = prepare(sql).all(...params)
    if (expect !== 'any' && answered.length !== expect) return { kind: 'conflict', at }
    rows.push(answered)
  }
  return { kind: 'done', rows }
}

// Rows of the feed come with their numbers, which grow.
const firstTold = (lists: readonly (readonly Statement[])[], outcomes: readonly Outcome[]): number | undefined => {
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome.kind !== 'done') continue
    const place = lists[at]?.findIndex(({ toFeed }) => toFeed) ?? -1
    const seq = place < 0 ? undefined : outcome.rows[place]?.[0]?.[0]
    if (seq !== undefined) return Number(seq)
  }
  return undefined
}

const internalOf = (thrown: unknown): string =>
  thrown instanceof WitnessFailure ? thrown.message : readSqliteFailure(thrown).internal

/**
 * Runs lists over a connection that writes: one IMMEDIATE transaction for all, a savepoint for each, so that a mismatch
 * or a constraint undoes only its own list, and one commit, of which the witness is told where it appends to the feed.
 * Whatever fails beyond a list (the lock, the disk, the commit) fails all of them, and nothing of the batch remains; a
 * witness that cannot be written fails those lists alone that append to the feed.
 */
export const createRunBatch = (client: Database.Database, witness: CommitWitness): RunBatch => {
  const prepare = preparing(client)
  const turns = createWriteTurns(client)
  const savepoint = client.prepare('savepoint list')
  const undo = client.prepare('rollback to list')
  const release = client.prepare('release list')
  const commit = client.prepare('commit')
  const rollback = client.prepare('rollback')

  const attempt = (list: readonly Statement[]): Outcome => {
    try {
      return runList(prepare, list)
    } catch (thrown) {
      const failure = readSqliteFailure(thrown)
      // A full disk is no list's own fault, and SQLite may have undone the whole transaction already.
      if (failure.kind === 'unavailable' || !client.inTransaction) throw thrown
      return { kind: 'failed', failure }
    }
  }
  const runWithin = (list: readonly Statement[]): Outcome => {
    savepoint.run()
    const outcome = attempt(list)
    if (outcome.kind !== 'done') undo.run()
    release.run()
    return outcome
  }
  const commitTold = (first: number | undefined): void => {
    if (first !== undefined) witness.before(first)
    commit.run()
    if (first !== undefined) witness.after()
  }
  // Whether it was the witness that hindered a commit, so that none of it happened.
  let isHindered = false
  const runTogether: RunBatch = (lists) => {
    isHindered = false
    try {
      turns.begin()
      const outcomes = lists.map(runWithin)
      // Nothing to keep: no commit, which caches would take for news.
      if (outcomes.some(({ kind }) => kind === 'done')) commitTold(firstTold(lists, outcomes))
      else rollback.run()
      return outcomes
    } catch (thrown) {
      isHindered = thrown instanceof WitnessFailure && client.inTransaction
      if (client.inTransaction) rollback.run()
      return lists.map(() => unavailable(internalOf(thrown)))
    } finally {
      turns.end()
    }
  }
  return (lists) => {
    const outcomes = runTogether(lists)
    return isHindered && lists.length > 1 ? lists.flatMap((list) => runTogether([list])) : outcomes
  }
}
