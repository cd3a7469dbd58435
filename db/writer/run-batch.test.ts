import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteWriter } from '#db/sqlite-client.ts'
import { openWitness } from '#db/witness/witness.ts'
import { WitnessFailure, witnessCommits } from '#db/witness/witness-commits.ts'
import { createRunBatch, type RunBatch } from '#db/writer/run-batch.ts'
import type { Statement } from '#db/writer/writer.ts'

let folder: string
let other: Database.Database
let client: Database.Database
let run: RunBatch
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  const file = join(folder, 'latchkey.db')
  other = new Database(file)
  other.exec(`
    create table names (name text primary key) strict;
    create table promises (name text references names deferrable initially deferred) strict;
  `)
  client = openSqliteWriter(file)
  run = createRunBatch(client, witnessCommits(client, openWitness(join(folder, 'witness'))))
})
afterEach(() => {
  client.close()
  other.close()
  rmSync(folder, { recursive: true, force: true })
})

const insert = (name: string, expected: Statement['expect'] = 1): Statement => ({
  sql: 'insert into names values (?) returning name',
  params: [name],
  expect: expected,
})
// Met by nothing at the commit: the one failure of a commit that can be had without breaking a disk.
const broken: Statement = { sql: 'insert into promises values (?) returning name', params: ['nobody'], expect: 1 }
const names = () => other.prepare('select name from names order by name').pluck().all()
const done = (name: string) => ({ kind: 'done', rows: [[[name]]] })
const failed = (kind: string, internal: string) => ({ kind: 'failed', failure: { kind, internal } })

describe('a batch', () => {
  it('carries out its lists in order, and answers the rows of each statement', () => {
    const read: Statement = { sql: 'select name from names order by name', params: [], expect: 'any' }
    expect(run([[insert('ada')], [insert('bea'), read], []])).toEqual([
      done('ada'),
      { kind: 'done', rows: [[['bea']], [['ada'], ['bea']]] },
      { kind: 'done', rows: [] },
    ])
    expect(names()).toEqual(['ada', 'bea'])
  })

  it('undoes the whole of a list that met other rows than expected, and no other', () => {
    expect(run([[insert('ada')], [insert('bea'), insert('cleo', 2)], [insert('dora')]])).toEqual([
      done('ada'),
      { kind: 'conflict', at: 1 },
      done('dora'),
    ])
    expect(names()).toEqual(['ada', 'dora'])
  })

  it('undoes the whole of a list that broke a constraint, and no other', () => {
    expect(run([[insert('ada')], [insert('bea'), insert('ada')], [insert('dora')]])).toEqual([
      done('ada'),
      failed('unique', 'SQLITE_CONSTRAINT_PRIMARYKEY'),
      done('dora'),
    ])
    expect(names()).toEqual(['ada', 'dora'])
  })

  it('undoes the whole of a list that is no SQL, and no other', () => {
    const wrong: Statement = { sql: 'insert into nothing', params: [], expect: 'any' }
    expect(run([[insert('ada'), wrong], [insert('bea')]])).toEqual([
      failed('internal', 'database: SQLITE_ERROR'),
      done('bea'),
    ])
    expect(names()).toEqual(['bea'])
  })

  it('sees in a list what the lists before it wrote, and not what was undone', () => {
    const taken: Statement = { sql: "select 1 from names where name = 'ada'", params: [], expect: 0 }
    expect(run([[insert('ada', 2)], [taken, insert('bea')], [insert('ada')], [taken]])).toEqual([
      { kind: 'conflict', at: 0 },
      { kind: 'done', rows: [[], [['bea']]] },
      done('ada'),
      { kind: 'conflict', at: 0 },
    ])
  })

  it('counts what was written where nothing is answered', () => {
    const add = (name: string): Statement => ({ sql: 'insert into names values (?)', params: [name], expect: 1 })
    const removeAll = (expected: Statement['expect']): Statement => ({
      sql: 'delete from names',
      params: [],
      expect: expected,
    })
    expect(run([[add('ada'), add('bea')]])).toEqual([{ kind: 'done', rows: [[], []] }])
    expect(run([[removeAll(1)], [add('cleo')]])).toEqual([
      { kind: 'conflict', at: 0 },
      { kind: 'done', rows: [[]] },
    ])
    expect(names()).toEqual(['ada', 'bea', 'cleo'])
    expect(run([[removeAll(3)], [removeAll('any')]])).toEqual(
      Array.from({ length: 2 }, () => ({ kind: 'done', rows: [[]] })),
    )
    expect(names()).toEqual([])
  })

  it('is run once where every list is done, and again with savepoints where one has to be undone', () => {
    let runs = 0
    client.function('counted', { deterministic: false }, (name) => {
      runs += 1
      return name
    })
    const counted = (name: string, expected: Statement['expect'] = 1): Statement => ({
      sql: 'insert into names values (counted(?))',
      params: [name],
      expect: expected,
    })
    run([[counted('ada')], [counted('bea')]])
    expect(runs).toBe(2)
    run([[counted('cleo', 2)]])
    expect(runs).toBe(3)
    const outcomes = run([[counted('cleo')], [counted('dora', 2)], [counted('ed')], [counted('ada')]])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'conflict', 'done', 'failed'])
    expect(runs).toBe(3 + 2 + 4)
    expect(names()).toEqual(['ada', 'bea', 'cleo', 'ed'])
  })

  it('commits nothing when every list was undone: that is no news to anybody', () => {
    const version = () => other.pragma('data_version', { simple: true })
    const before = version()
    run([[insert('ada', 2)], [insert('bea', 2)]])
    expect(version()).toBe(before)
    run([[insert('ada')]])
    expect(version()).not.toBe(before)
  })
})

describe('a batch that cannot be committed', () => {
  it('fails every list of it as unavailable, and leaves nothing', () => {
    const outcomes = run([[insert('ada')], [insert('bea', 2)], [broken], [insert('dora')]])
    const unavailable = failed('unavailable', 'database: SQLITE_CONSTRAINT_FOREIGNKEY')
    expect(outcomes).toEqual([unavailable, unavailable, unavailable, unavailable])
    expect(names()).toEqual([])
  })

  it('does not stand in the way of the next', () => {
    run([[broken]])
    expect(run([[insert('ada')]])).toEqual([done('ada')])
    expect(names()).toEqual(['ada'])
  })
})

describe('a batch whose witness cannot be written', () => {
  it('fails the lists alone that append to the feed', () => {
    const refused: number[] = []
    const witness = {
      before: (firstSeq: number) => {
        refused.push(firstSeq)
        throw new WitnessFailure('the witness cannot be written: ENOSPC')
      },
      after: () => undefined,
      close: () => undefined,
    }
    const told = (name: string): Statement => ({
      sql: 'insert into names values (?) returning 7',
      params: [name],
      expect: 1,
      toFeed: true,
    })
    const unwitnessed = failed('unavailable', 'the witness cannot be written: ENOSPC')
    const runUnwitnessed = createRunBatch(client, witness)
    expect(runUnwitnessed([[told('ada')], [insert('bea')]])).toEqual([unwitnessed, done('bea')])
    expect(runUnwitnessed([[insert('cleo')], [insert('dora'), told('ed')]])).toEqual([done('cleo'), unwitnessed])
    expect(runUnwitnessed([[told('ada')]])).toEqual([unwitnessed])
    expect(names()).toEqual(['bea', 'cleo'])
    // Once for a batch, once more for the list by itself; one that is alone is not run again.
    expect(refused).toEqual([7, 7, 7, 7, 7])
  })
})

describe('a batch on a disk without room', () => {
  it('fails every list, those before the one that found out included, and leaves nothing', () => {
    client.pragma(`max_page_count = ${String(client.pragma('page_count', { simple: true }))}`)
    const outcomes = run([[insert('ada')], [insert('x'.repeat(20_000))], [insert('dora')]])
    expect(outcomes).toEqual(Array.from({ length: 3 }, () => failed('unavailable', 'SQLITE_FULL')))
    expect(names()).toEqual([])
    client.pragma('max_page_count = 1000')
    expect(run([[insert('ada')]])).toEqual([done('ada')])
  })
})

describe('a batch whose database somebody else writes', () => {
  it('fails as unavailable when the lock does not come', () => {
    client.pragma('busy_timeout = 1')
    const impatient = createRunBatch(client, witnessCommits(client, openWitness(join(folder, 'witness'))))
    other.exec('begin immediate')
    expect(impatient([[insert('ada')], [insert('bea')]])).toEqual([
      failed('unavailable', 'SQLITE_BUSY'),
      failed('unavailable', 'SQLITE_BUSY'),
    ])
    other.exec('rollback')
    expect(impatient([[insert('ada')]])).toEqual([done('ada')])
  })
})
