import type Database from 'better-sqlite3'
import { readSqliteFailure } from '#db/sqlite-errors.ts'
import { type CommitWitness, WitnessFailure } from '#db/witness/witness-commits.ts'
import { createAttemptLists } from '#db/writer/attempt-lists.ts'
import { createWriteTurns } from '#db/writer/write-turns.ts'
import { type Outcome, type Statement, unavailable } from '#db/writer/writer.ts'

/** Lists that one transaction takes at most: more would make the first of them wait. */
export const BATCH_LISTS_MAX = 64

/** Carries out lists in one transaction and answers what became of each. */
export type RunBatch = (lists: readonly (readonly Statement[])[]) => readonly Outcome[]

/** What became of lists in one transaction, and whether it was the witness that hindered its commit, so that none of it happened. */
type Ran = { readonly outcomes: readonly Outcome[]; readonly isHindered: boolean }

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
 * Runs lists over a connection that writes: one IMMEDIATE transaction for all and one commit, of which the witness is told
 * where it appends to the feed. A mismatch or a constraint undoes only its own list: then the batch is undone and run again
 * with a savepoint for each list, which the others are spared, as SQLite copies each page that a savepoint touches first.
 * Whatever fails beyond a list (the lock, the disk, the commit) fails all of them, and nothing of the batch remains; a
 * witness that cannot be written fails those lists alone that append to the feed.
 */
export const createRunBatch = (client: Database.Database, witness: CommitWitness): RunBatch => {
  const attempts = createAttemptLists(client)
  const turns = createWriteTurns(client)
  const commit = client.prepare('commit')
  const rollback = client.prepare('rollback')

  const attempt: RunBatch = (lists) => {
    turns.begin()
    // Nearly always all of them are done.
    const outcomes = attempts.together(lists)
    if (outcomes) return outcomes
    rollback.run()
    turns.begin()
    return attempts.apart(lists)
  }
  const commitTold = (first: number | undefined): void => {
    if (first !== undefined) witness.before(first)
    commit.run()
    if (first !== undefined) witness.after()
  }
  const runTogether = (lists: Parameters<RunBatch>[0]): Ran => {
    try {
      const outcomes = attempt(lists)
      // Nothing to keep: no commit, which caches would take for news.
      if (outcomes.some(({ kind }) => kind === 'done')) commitTold(firstTold(lists, outcomes))
      else rollback.run()
      return { outcomes, isHindered: false }
    } catch (thrown) {
      const isHindered = thrown instanceof WitnessFailure && client.inTransaction
      if (client.inTransaction) rollback.run()
      return { outcomes: lists.map(() => unavailable(internalOf(thrown))), isHindered }
    } finally {
      turns.end()
    }
  }
  return (lists) => {
    const { outcomes, isHindered } = runTogether(lists)
    return isHindered && lists.length > 1 ? lists.flatMap((list) => runTogether([list]).outcomes) : outcomes
  }
}
