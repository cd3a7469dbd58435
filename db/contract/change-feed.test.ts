import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ENGINE, type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { changeWrite } from '#db/writes.ts'
import type { ChangeFeed, ChangeKind } from '#lib/changes/change.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

let database: TemporaryDatabase
let feed: ChangeFeed
beforeEach(async () => {
  database = await temporaryDatabase()
  feed = database.connection.feed
})
afterEach(() => database.remove())

const append = async (...keys: readonly string[]): Promise<void> => {
  const { atomically, schema } = database.connection
  await atomically((tx) => keys.map((key) => changeWrite(tx, schema, { kind: 'token', key, at: 1_800_000_000 })))
}

/** What an operator's clean-up does, from outside. */
const purgeBelow = (seq: number) => database.raw.run(`delete from changes where seq < ${seq}`)

const keysAfter = (seq: number) => feed.after(seq)?.map(({ key }) => key)

describe('an empty feed', () => {
  it('ends at 0, with nothing after it', () => {
    expect(feed.newest()).toBe(0)
    expect(feed.after(0)).toEqual([])
  })
})

describe('after a place', () => {
  it('come the changes that followed, in the order of their commits, and no other', async () => {
    await append('a/1', 'a/2')
    await append('b/3')
    expect(feed.after(0)).toEqual([
      { seq: 1, kind: 'token', key: 'a/1' },
      { seq: 2, kind: 'token', key: 'a/2' },
      { seq: 3, kind: 'token', key: 'b/3' },
    ])
    expect(keysAfter(1)).toEqual(['a/2', 'b/3'])
    expect(keysAfter(2)).toEqual(['b/3'])
    expect(keysAfter(3)).toEqual([])
    expect(feed.newest()).toBe(3)
  })

  it('comes what another connection committed', async () => {
    await append('a/1')
    const other = await database.open()
    const before = feed.commitMark()
    await other.atomically((tx) => [changeWrite(tx, other.schema, { kind: 'user', key: 'mia', at: 1 })])
    await database.settled()
    expect(feed.commitMark()).toBeGreaterThan(before)
    expect(feed.after(1)).toEqual([{ seq: 2, kind: 'user', key: 'mia' }])
    await other.close()
  })

  it('comes what was committed since it was last asked, by this connection or another', async () => {
    const other = await database.open()
    const asked = () => {
      feed.commitMark()
      return [keysAfter(0), keysAfter(0)]
    }
    expect(asked()).toEqual([[], []])
    await append('a/1')
    expect(asked()).toEqual([['a/1'], ['a/1']])
    await other.atomically((tx) => [changeWrite(tx, other.schema, { kind: 'user', key: 'mia', at: 1 })])
    await database.settled()
    expect(asked()).toEqual([
      ['a/1', 'mia'],
      ['a/1', 'mia'],
    ])
    await other.close()
  })

  it.runIf(ENGINE === 'sqlite')(
    'comes everything anew where there is too much to read between two requests',
    async () => {
      await append('a/1')
      await append(...Array.from({ length: 4998 }, (_, n) => `b/${n}`))
      feed.commitMark()
      expect(feed.after(1)).toHaveLength(4998)
      await append('c/1')
      feed.commitMark()
      expect([feed.after(1), keysAfter(2)?.length]).toEqual([undefined, 4998])
    },
  )

  it('comes nothing of a list that was undone', async () => {
    await append('a/1')
    const { atomically, schema } = database.connection
    const undone = atomically((tx) => [
      changeWrite(tx, schema, { kind: 'token', key: 'never', at: 1 }),
      { ...changeWrite(tx, schema, { kind: 'token', key: 'never either', at: 1 }), expect: 7 },
    ])
    await expect(undone).rejects.toMatchObject({ label: 'change' })
    await append('a/2')
    // SQLite gives its place to the next one, PostgreSQL to nobody.
    expect(feed.after(1)).toMatchObject([{ kind: 'token', key: 'a/2' }])
  })

  it.each<ChangeKind>(['token', 'member', 'user', 'tenant', 'family', 'environment'])(
    'comes the kind %s as it was written',
    async (kind) => {
      const { atomically, schema } = database.connection
      await atomically((tx) => [changeWrite(tx, schema, { kind, key: 'acme/1', at: 1 })])
      expect(feed.after(0)).toEqual([{ seq: 1, kind, key: 'acme/1' }])
    },
  )
})

// What PostgreSQL's feed knows of purges stands in db/change-tail.test.ts and db/postgres/feed.test.ts.
describe.runIf(ENGINE === 'sqlite')('after a purge', () => {
  beforeEach(() => append('a/1', 'a/2', 'a/3', 'a/4'))

  it('a reader whose own place is kept goes on', async () => {
    await purgeBelow(3)
    expect(keysAfter(3)).toEqual(['a/4'])
    expect(keysAfter(4)).toEqual([])
  })

  it('a reader that may have missed rows learns that everything is stale', async () => {
    await purgeBelow(3)
    expect(feed.after(1)).toBeUndefined()
    expect(feed.after(2)).toBeUndefined()
  })

  it('so does a reader that began on an empty feed', async () => {
    await purgeBelow(3)
    expect(feed.after(0)).toBeUndefined()
  })

  it('of everything, no place is taken twice', async () => {
    await purgeBelow(99)
    expect(feed.newest()).toBe(0)
    expect(feed.after(4)).toBeUndefined()
    await append('a/5')
    expect(feed.newest()).toBe(5)
    expect(feed.after(4)).toBeUndefined()
    expect(feed.after(0)).toBeUndefined()
  })
})

it.runIf(ENGINE === 'sqlite')('that cannot be read says so in our words, as every reader of it expects', async () => {
  await database.connection.close()
  expect(() => feed.newest()).toThrow(PortalError)
  expect(() => feed.after(0)).toThrow(PortalError)
})

describe('a reader ahead of the feed', () => {
  it('as after a restored backup, learns that everything is stale', async () => {
    await append('a/1')
    expect(feed.after(7)).toBeUndefined()
  })
})
