import { describe, expect, it } from 'vitest'
import type { Change, ChangeFeed } from '#lib/changes/change.ts'
import { followFeed } from '#lib/changes/feed-follower.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

const change = (seq: number): Change => ({ seq, kind: 'token', key: `t/${seq}` })

/** A feed in memory: rows may be appended and purged, and reads of rows are counted. */
const memoryFeed = () => {
  let rows: readonly Change[] = []
  let mark = 0
  let reads = 0
  let looks = 0
  let broken = false
  const feed: ChangeFeed = {
    commitMark: () => {
      looks += 1
      if (broken) throw new PortalError('store.unavailable')
      return mark
    },
    newest: () => rows.at(-1)?.seq ?? 0,
    after: (seq) => {
      reads += 1
      return seq === 0 || rows.some((row) => row.seq === seq) ? rows.filter((row) => row.seq > seq) : undefined
    },
  }
  return {
    feed,
    reads: () => reads,
    looks: () => looks,
    breaks: (isBroken: boolean) => {
      broken = isBroken
    },
    append: (...seqs: readonly number[]) => {
      rows = [...rows, ...seqs.map(change)]
      mark += 1
    },
    purgeBelow: (seq: number) => {
      rows = rows.filter((row) => row.seq >= seq)
      mark += 1
    },
  }
}

const follow = (feed: ChangeFeed) => {
  const seen: (number | 'everything')[] = []
  const follower = followFeed(feed, (applied) => seen.push(applied ? applied.seq : 'everything'))
  return { seen, follower }
}

describe('a follower', () => {
  it('begins at the end of the feed, with nothing kept from before', () => {
    const { feed, append } = memoryFeed()
    append(1, 2)
    const { seen, follower } = follow(feed)
    expect(follower.catchUp()).toBe(2)
    expect(seen).toEqual(['everything'])
  })

  it('applies each change once, in order, and reads no rows while nothing was committed', () => {
    const { feed, append, reads } = memoryFeed()
    const { seen, follower } = follow(feed)
    follower.catchUp()
    append(1, 2)
    append(3)
    expect(follower.catchUp()).toBe(3)
    follower.catchUp()
    follower.catchUp()
    expect(seen).toEqual(['everything', 1, 2, 3])
    expect(reads()).toBe(1)
  })

  it('answers the same place while commits change nothing of the feed', () => {
    const { feed, append } = memoryFeed()
    append(1)
    const { follower } = follow(feed)
    const before = follower.catchUp()
    append()
    expect(follower.catchUp()).toBe(before)
  })

  it('drops everything when the rows behind its place were purged', () => {
    const { feed, append, purgeBelow } = memoryFeed()
    append(1)
    const { seen, follower } = follow(feed)
    follower.catchUp()
    append(2, 3)
    purgeBelow(3)
    expect(follower.catchUp()).toBe(3)
    expect(seen).toEqual(['everything', 'everything'])
  })
})

describe('what a follower reads', () => {
  const all = () => true
  const of = (seq: number) => (row: Change) => row.seq === seq

  it('is still so while nothing changes, and not from the first change on', async () => {
    const { feed, append } = memoryFeed()
    const { follower } = follow(feed)
    const { found, isStillSo } = await follower.read(async () => 'read')
    expect([found, isStillSo(all)]).toEqual(['read', true])
    append(1)
    expect(isStillSo(all)).toBe(false)
  })

  it('is not still so if it changed while it was read', async () => {
    const { feed, append } = memoryFeed()
    const { seen, follower } = follow(feed)
    const { found, isStillSo } = await follower.read(async () => append(1))
    expect([found, isStillSo(of(1))]).toEqual([undefined, false])
    expect(seen).toEqual(['everything', 1])
  })

  it('is still so if only others changed, however many and however often', async () => {
    const { feed, append } = memoryFeed()
    append(1)
    const { follower } = follow(feed)
    const { isStillSo } = await follower.read(async () => append(2, 3))
    append(4)
    expect([isStillSo(of(7)), isStillSo(of(3)), isStillSo(of(4))]).toEqual([true, false, false])
  })

  it('is not still so if what changed meanwhile cannot be known any more', async () => {
    const { feed, append, purgeBelow } = memoryFeed()
    append(1)
    const { follower } = follow(feed)
    const { isStillSo } = await follower.read(async () => {
      append(2, 3)
      purgeBelow(3)
    })
    expect(isStillSo(of(7))).toBe(false)
  })
})

describe('a look that many share', () => {
  it('is one for all who ask in a turn, and another one for who asks in the next', async () => {
    const { feed, looks } = memoryFeed()
    const { follower } = follow(feed)
    await Promise.all([follower.caughtUp(), follower.caughtUp(), follower.caughtUp()])
    expect(looks()).toBe(1)
    await follower.caughtUp()
    expect(looks()).toBe(2)
  })

  it('sees what was committed before the last of them asked, though the first had asked already', async () => {
    const { feed, append } = memoryFeed()
    const { seen, follower } = follow(feed)
    follower.catchUp()
    const first = follower.caughtUp()
    append(1)
    await follower.caughtUp()
    expect(seen).toEqual(['everything', 1])
    await first
  })

  it('fails for each of them, and is tried again by the next', async () => {
    const { feed, breaks } = memoryFeed()
    const { follower } = follow(feed)
    breaks(true)
    const asked = await Promise.allSettled([follower.caughtUp(), follower.caughtUp()])
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(follower.caughtUp()).rejects.toMatchObject({ code: 'store.unavailable' })
    breaks(false)
    await expect(follower.caughtUp()).resolves.toBeUndefined()
  })
})
