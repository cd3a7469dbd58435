import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '#db/connection.ts'
import { openAt } from '#db/contract/open-at.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { nameIncarnation } from '#db/incarnation.ts'
import { acceptRestore } from '#db/restore/accept-restore.ts'
import { readUnwitnessed } from '#db/restore/read-restore.ts'
import { restartPostgresFeed } from '#db/restore/restart-feed.ts'
import { restoredEvent } from '#db/restore/restored-event.fixture.ts'
import { changeWrite } from '#db/writes.ts'

const NOW = 1_800_000_000
const LOOK_MS = 5
const RESTORED = { code: 'store.restored' }

let database: TemporaryDatabase
let nodes: readonly Connection[]
beforeEach(async () => {
  database = await temporaryDatabase()
  nodes = [database.connection, await database.open()]
})
afterEach(() => database.remove())

const tell = (through: Connection, key: string) =>
  through.atomically((tx) => [changeWrite(tx, through.schema, { kind: 'token', key, at: NOW })])
const stateOf = ({ commitMark }: Connection): string => {
  try {
    commitMark()
    return 'answers'
  } catch (thrown) {
    return String(Reflect.get(Object(thrown), 'code'))
  }
}
/** Waits until all of them are so: a node that never is makes the test run out of time. */
const allSay = async (state: string): Promise<boolean> => {
  while (nodes.some((node) => stateOf(node) !== state)) await delay(LOOK_MS)
  return true
}
// As a dump of then leaves it that is read into the same database: numbers are given out again.
const goBackTo = (seq: number) =>
  database.raw.run(`delete from changes where seq > ${seq}; select setval('changes_seq_seq', ${seq})`)
const accept = async (at: number): Promise<void> => {
  const connection = await openAt(database.url)
  const incarnation = nameIncarnation(at, 'accepted')
  await acceptRestore(connection, {
    choice: 'as-is',
    restore: await readUnwitnessed(connection),
    incarnation,
    event: restoredEvent(incarnation, at),
    restartFeed: restartPostgresFeed,
  })
  await connection.close()
}
const fill = async (...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await tell(database.connection, key)
  await database.settled()
}

describe('a database that was put back under running nodes', () => {
  it('is neither answered for nor written to by any of them, until it is accepted', async () => {
    await fill('a/1', 'a/2', 'a/3')
    const marks = nodes.map(({ commitMark }) => commitMark())
    await goBackTo(1)
    expect(await allSay('store.restored')).toBe(true)
    for (const node of nodes) await expect(tell(node, 'a/4')).rejects.toMatchObject(RESTORED)
    await accept(NOW)
    expect(await allSay('answers')).toBe(true)
    for (const [index, node] of nodes.entries()) {
      // It ends at 3 again, and is another.
      expect(node.feed.after(3, marks[index])).toBeUndefined()
      await tell(node, 'a/5')
    }
  })

  it('is found out by the very list that appends to it, which is undone', async () => {
    await fill('a/1', 'a/2')
    await database.raw.run('begin; lock table changes in share mode')
    // Listened to at once: it may be refused before the other is told that its rows are gone.
    const refusal = tell(database.connection, 'late').then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    while ((await database.raw.rows(`select 1 from pg_locks where not granted`)).length === 0) await delay(LOOK_MS)
    await database.raw.run('delete from changes where seq > 1; commit')
    expect(await refusal).toMatchObject(RESTORED)
    expect(await database.raw.rows('select key from changes')).toEqual([{ key: 'a/1' }])
  })

  it('is found out though it has gone on elsewhere, past what they had seen', async () => {
    await fill('a/1', 'a/2')
    await database.raw.run(`
      begin; delete from changes where seq > 1;
      insert into changes (seq, kind, key, at) overriding system value
        values (2, 'token', 'b/2', ${NOW}), (3, 'token', 'b/3', ${NOW}); commit`)
    expect(await allSay('store.restored')).toBe(true)
  })

  it('is found out though it has not one change', async () => {
    await fill('a/1')
    await database.raw.run('delete from changes')
    expect(await allSay('store.restored')).toBe(true)
  })

  it('was misled to, where what was seen is there again', async () => {
    await fill('a/1', 'a/2')
    await goBackTo(1)
    expect(await allSay('store.restored')).toBe(true)
    await database.raw.run(
      `insert into changes (seq, kind, key, at) overriding system value values (2, 'token', 'a/2', ${NOW})`,
    )
    expect(await allSay('answers')).toBe(true)
  })

  it('is of a life that is over, which nobody takes for an operator’s word', async () => {
    await fill('a/1')
    await accept(NOW)
    await fill('a/2')
    await database.raw.run(`update environment set incarnation = '${nameIncarnation(NOW - 1, 'former')}'`)
    expect(await allSay('store.restored')).toBe(true)
    await database.raw.run('update environment set incarnation = null')
    await delay(2 * LOOK_MS)
    expect(await allSay('store.restored')).toBe(true)
    await accept(NOW + 1)
    expect(await allSay('answers')).toBe(true)
  })

  it('tells a node nothing that begins only then: it has seen no other', async () => {
    await fill('a/1', 'a/2')
    await goBackTo(1)
    expect(await allSay('store.restored')).toBe(true)
    const late = await database.open()
    expect(stateOf(late)).toBe('answers')
    expect(late.feed.newest()).toBe(1)
  })
})
