import type Database from 'better-sqlite3'
import { LRUCache } from 'lru-cache'
import { readSqliteFailure } from '#db/sqlite-errors.ts'
import type { Outcome, RawRows, Statement } from '#db/writer/writer.ts'

const PREPARED_MAX = 500

/** Carries a statement out: its rows, or how many it wrote where it answers none. */
type Ready = (params: readonly unknown[]) => RawRows | number

type Lists = readonly (readonly Statement[])[]

/** Ways to carry out lists within a transaction. Both throw what is no list's own fault. */
export type AttemptLists = {
  /** All of them; undefined as soon as one of several has to be undone, since nothing tells its writes from the others'. */
  together(lists: Lists): readonly Outcome[] | undefined
  /** Each with a savepoint of its own, so that what has to be undone is undone alone. */
  apart(lists: Lists): readonly Outcome[]
}

const readyFor = (client: Database.Database, sql: string): Ready => {
  const prepared = client.prepare<unknown[], readonly unknown[]>(sql)
  if (!prepared.reader) return (params) => prepared.run(...params).changes
  const rows = prepared.raw()
  return (params) => rows.all(...params)
}

// Compiled once for each text: hot lists come with the same few.
const preparing = (client: Database.Database): ((sql: string) => Ready) => {
  const known = new LRUCache<string, Ready>({ max: PREPARED_MAX })
  return (sql) => {
    const found = known.get(sql)
    if (found) return found
    const ready = readyFor(client, sql)
    known.set(sql, ready)
    return ready
  }
}

const NO_ROWS: RawRows = []

const runList = (prepare: (sql: string) => Ready, list: readonly Statement[]): Outcome => {
  const rows: RawRows[] = []
  for (const [at, { sql, params, expect }] of list.entries()) {
    const answered = prepare(sql)(params)
    const met = typeof answered === 'number' ? answered : answered.length
    if (expect !== 'any' && met !== expect) return { kind: 'conflict', at }
    rows.push(typeof answered === 'number' ? NO_ROWS : answered)
  }
  return { kind: 'done', rows }
}

/** Prepares to carry out lists over a connection that writes. */
export const createAttemptLists = (client: Database.Database): AttemptLists => {
  const prepare = preparing(client)
  const savepoint = client.prepare('savepoint list')
  const undo = client.prepare('rollback to list')
  const release = client.prepare('release list')

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
  const attemptWithin = (list: readonly Statement[]): Outcome => {
    savepoint.run()
    const outcome = attempt(list)
    if (outcome.kind !== 'done') undo.run()
    release.run()
    return outcome
  }
  return {
    together: (lists) => {
      const outcomes: Outcome[] = []
      for (const list of lists) {
        const outcome = attempt(list)
        if (outcome.kind !== 'done' && lists.length > 1) return undefined
        outcomes.push(outcome)
      }
      return outcomes
    },
    apart: (lists) => lists.map(attemptWithin),
  }
}
