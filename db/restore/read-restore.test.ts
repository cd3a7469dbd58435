import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '#db/connection.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { acceptRestore } from '#db/restore/accept-restore.ts'
import { type Restore, readRestore } from '#db/restore/read-restore.ts'
import { restartSqliteFeed } from '#db/restore/restart-feed.ts'
import { restoredEvent } from '#db/restore/restored-event.fixture.ts'
import { foundWitness } from '#db/witness/found-witness.ts'
import { witnessBeside } from '#db/witness/witness-folder.ts'
import { openWriterHere } from '#db/writer/writer-here.ts'
import { changeWrite } from '#db/writes.ts'

const NOW = 1_800_000_000

let database: TemporaryDatabase
let connection: Connection
let folder: string
beforeEach(async () => {
  database = await temporaryDatabase()
  folder = witnessBeside(database.file)
  foundWitness(database.file, folder)
  connection = openSqlite(database.file, openWriterHere, { accepting: true })
})
afterEach(async () => {
  await connection.close()
  await database.remove()
})

const tell = async (...keys: readonly string[]): Promise<void> => {
  const { atomically, schema } = connection
  for (const key of keys) await atomically((tx) => [changeWrite(tx, schema, { kind: 'token', key, at: NOW })])
}
// As a copy of then would be: what came later is not there, and its numbers are free again.
const goBackTo = async (seq: number): Promise<void> => {
  await connection.close()
  await database.raw.run(`
    delete from changes where seq > ${seq};
    update sqlite_sequence set seq = ${seq} where name = 'changes';
  `)
  connection = openSqlite(database.file, openWriterHere, { accepting: true })
}
const found = (): Promise<Restore> => readRestore(connection, folder)
const accept = async (incarnation: string) =>
  acceptRestore(connection, {
    choice: 'as-is',
    restore: await found(),
    incarnation,
    event: restoredEvent(incarnation, NOW),
    restartFeed: restartSqliteFeed,
  })
const missing = async () => (await found()).missing.map(([seq, , key]) => [seq, key])

describe('a database beside its witness', () => {
  it('lacks nothing', async () => {
    await tell('a', 'b')
    expect(await found()).toMatchObject({ reason: undefined, through: 2, missing: [], isComplete: true })
  })

  it('that is older lacks the newest change of each key since', async () => {
    await tell('a', 'b', 'c', 'b', 'd')
    await goBackTo(2)
    expect(await found()).toMatchObject({ reason: 'older', through: 5, isComplete: true })
    expect(await missing()).toEqual([
      [3, 'c'],
      [4, 'b'],
      [5, 'd'],
    ])
  })

  it('that is as old as the witness lacks all that it has seen', async () => {
    await tell('a', 'b')
    await goBackTo(0)
    expect(await found()).toMatchObject({ reason: 'older', missing: { length: 2 }, isComplete: true })
  })

  it('that went on elsewhere lacks all from where it parted', async () => {
    await tell('a', 'b', 'c')
    await goBackTo(1)
    await database.raw.run(
      `insert into changes (kind, key, at) values ('token', 'x', 1), ('token', 'y', 1), ('token', 'z', 1)`,
    )
    expect(await found()).toMatchObject({ reason: 'diverged', through: 4, isComplete: true })
    expect(await missing()).toEqual([
      [2, 'b'],
      [3, 'c'],
    ])
  })

  it('that has forgotten the oldest changes lacks none of them', async () => {
    await tell('a', 'b', 'c', 'd')
    await database.raw.run('delete from changes where seq < 3')
    expect(await found()).toMatchObject({ reason: undefined, missing: [], isComplete: true })
    await goBackTo(3)
    expect(await found()).toMatchObject({ reason: 'older', through: 4, isComplete: true })
    expect(await missing()).toEqual([[4, 'd']])
  })

  it('that went on elsewhere, and has forgotten where it parted, may lack more than is known', async () => {
    await tell('a', 'b', 'c', 'd')
    await goBackTo(1)
    await database.raw.run(
      `insert into changes (kind, key, at) values ('token', 'x', 1), ('token', 'y', 1), ('token', 'z', 1)`,
    )
    await database.raw.run('delete from changes where seq < 3')
    expect(await found()).toMatchObject({ reason: 'diverged', isComplete: false })
    expect(await missing()).toEqual([
      [3, 'c'],
      [4, 'd'],
    ])
  })

  it('that has nothing in common with it may lack more than it knows', async () => {
    await tell('a', 'b')
    await database.raw.run(`update changes set key = 'other ' || key`)
    expect(await found()).toMatchObject({ reason: 'diverged', missing: { length: 2 }, isComplete: false })
  })

  it('that is older than the witness lacks what nobody knows', async () => {
    await tell('a', 'b')
    rmSync(folder, { recursive: true })
    await tell('c')
    await goBackTo(1)
    expect(await found()).toMatchObject({ reason: 'older', isComplete: false })
  })

  it('whose witness is gone lacks what nobody knows', async () => {
    await tell('a')
    rmSync(folder, { recursive: true })
    expect(await found()).toMatchObject({ reason: 'missing', through: 1, missing: [], isComplete: false })
  })
})

describe('a database that was accepted', () => {
  it('is the one that its witness knows, also where that was gone', async () => {
    await tell('a', 'b')
    await goBackTo(1)
    await accept('second')
    expect(await found()).toMatchObject({ incarnation: 'second', reason: undefined, through: 4 })
    rmSync(folder, { recursive: true })
    await accept('third')
    expect(await found()).toMatchObject({ incarnation: 'third', reason: undefined })
  })

  it('is told from a copy of before, which lacks what both lives changed', async () => {
    await tell('a', 'b')
    await goBackTo(1)
    await accept('second')
    await tell('c')
    await goBackTo(1)
    await database.raw.run(`update environment set incarnation = 'first'`)
    expect(await found()).toMatchObject({ reason: 'other', isComplete: true })
    expect(await missing()).toEqual([
      [2, 'b'],
      [3, 'environment'],
      [4, 'keys'],
      [5, 'c'],
    ])
  })
})
