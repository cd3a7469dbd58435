import type Database from 'better-sqlite3'
import { LRUCache } from 'lru-cache'
import { readSqliteFailure } from '#db/sqlite-errors.ts'
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

/**
 * Runs lists over a connection that writes: one IMMEDIATE transaction for all, a savepoint for each, so that a mismatch
 * or a constraint undoes only its own list, and one commit. Whatever fails beyond a list (the lock, the disk, the
 * commit) fails all of them, and nothing of the batch remains.
 */
export const createRunBatch = (client: Database.Database): RunBatch => {
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
  return (lists) => {
    try {
      turns.begin()
      const outcomes = lists.map(runWithin)
      // Nothing to keep: no commit, which caches would take for news.
      if (outcomes.some(({ kind }) => kind === 'done')) commit.run()
      else rollback.run()
      return outcomes
    } catch (thrown) {
      if (client.inTransaction) rollback.run()
      const { internal } = readSqliteFailure(thrown)
      return lists.map(() => unavailable(internal))
    } finally {
      turns.end()
    }
  }
}
