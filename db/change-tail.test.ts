import { describe, expect, it } from 'vitest'
import { createChangeTail } from '#db/change-tail.ts'
import type { Change } from '#lib/changes/change.ts'
import { followFeed } from '#lib/changes/feed-follower.ts'

const change = (seq: number): Change => ({ seq, kind: 'token', key: `t/${seq}` })
const changes = (...seqs: readonly number[]) => seqs.map(change)

const tailAt = (newest: number, staleAfterMs = 10_000) => {
  let now = 1000
  const tail = createChangeTail({ newest, staleAfterMs, monotonic: () => now })
  return {
    tail,
    take: (place: number, ...seqs: readonly number[]) => tail.take(place, changes(...seqs), now),
    advance: (ms: number) => {
      now += ms
    },
    now: () => now,
  }
}

const seqsAfter = ({ tail }: ReturnType<typeof tailAt>, seq: number) => tail.after(seq)?.map((row) => row.seq)

describe('a tail', () => {
  it('holds what came after its beginning, in order, once', () => {
    const one = tailAt(5)
    one.take(5, 5, 6, 7)
    one.take(6, 6, 7, 8)
    expect(seqsAfter(one, 5)).toEqual([6, 7, 8])
    expect(seqsAfter(one, 7)).toEqual([8])
    expect(seqsAfter(one, 8)).toEqual([])
    expect(one.tail.newest()).toBe(8)
  })

  it('has gaps where lists were undone', () => {
    const one = tailAt(5)
    one.take(5, 5, 9)
    expect(seqsAfter(one, 5)).toEqual([9])
    expect(one.tail.newest()).toBe(9)
  })

  it('moves its mark for news alone', () => {
    const one = tailAt(5)
    const before = one.tail.commitMark()
    one.take(5, 5)
    expect(one.tail.commitMark()).toBe(before)
    one.take(5, 5, 6)
    expect(one.tail.commitMark()).toBeGreaterThan(before)
  })

  it('on an empty feed begins with the first row ever', () => {
    const one = tailAt(0)
    one.take(0)
    one.take(0, 1, 2)
    expect(seqsAfter(one, 0)).toEqual([1, 2])
  })
})

describe('a reader that may have missed rows', () => {
  it.each([
    ['from before the tail', 4],
    ['ahead of it, as after a restored backup', 9],
  ])('%s learns that everything is stale', (_, seq) => {
    const one = tailAt(5)
    one.take(5, 5, 6)
    expect(one.tail.after(seq)).toBeUndefined()
  })

  it('learns it when its place was purged before this process got there', () => {
    const one = tailAt(5)
    one.take(5, 8, 9)
    expect(one.tail.newest()).toBe(9)
    expect(one.tail.after(5)).toBeUndefined()
    expect(seqsAfter(one, 9)).toEqual([])
  })

  it('learns it when the first rows it hears of are not the first ever', () => {
    const one = tailAt(0)
    one.take(0, 3, 4)
    expect(one.tail.after(0)).toBeUndefined()
    expect(one.tail.newest()).toBe(4)
  })

  it('learns it when the feed begins anew, and not what it had before', () => {
    const one = tailAt(5)
    one.take(5, 5, 6)
    const before = one.tail.commitMark()
    one.tail.restart(2, one.now())
    expect(one.tail.commitMark()).toBeGreaterThan(before)
    expect(one.tail.after(6)).toBeUndefined()
    expect(seqsAfter(one, 2)).toEqual([])
  })

  it('learns it when it is further behind than what is kept', () => {
    const one = tailAt(1)
    for (let seq = 1; seq <= 20_001; seq += 1) one.take(seq, seq, seq + 1)
    expect(one.tail.after(1)).toBeUndefined()
    expect(seqsAfter(one, 20_000)).toEqual([20_001, 20_002])
    expect(one.tail.after(10_002)).toHaveLength(10_000)
  })

  it('is told by followers as the drop of all they know', () => {
    const one = tailAt(5)
    const seen: (number | 'everything')[] = []
    const follower = followFeed(one.tail, (applied) => seen.push(applied?.seq ?? 'everything'))
    follower.catchUp()
    one.take(5, 5, 6)
    follower.catchUp()
    one.tail.restart(40, one.now())
    expect(follower.catchUp()).toBe(40)
    expect(seen).toEqual(['everything', 6, 'everything'])
  })
})

describe('a feed that begins anew where its reader already is', () => {
  const restarted = async () => {
    const one = tailAt(5)
    const seen: (number | 'everything')[] = []
    const follower = followFeed(one.tail, (applied) => seen.push(applied?.seq ?? 'everything'))
    const { isStillSo } = await follower.read(async () => undefined)
    one.tail.restart(5, one.now())
    return { one, seen, follower, isStillSo }
  }

  it('is another one all the same: numbers may be given out again', async () => {
    const { one, seen, follower } = await restarted()
    follower.catchUp()
    one.take(5, 5, 6)
    expect(follower.catchUp()).toBe(6)
    expect(seen).toEqual(['everything', 'everything', 6])
  })

  it('leaves nothing to be kept of what was read before', async () => {
    expect((await restarted()).isStillSo(() => false)).toBe(false)
  })
})

describe('staleness', () => {
  it('is bounded: so long after the last asking, nothing in memory counts', () => {
    const one = tailAt(5)
    one.advance(10_000)
    expect(() => one.tail.commitMark()).not.toThrow()
    one.advance(1)
    expect(() => one.tail.commitMark()).toThrow(
      expect.objectContaining({
        code: 'store.unavailable',
        internal: 'the change feed could not be read for 10 s',
      }),
    )
  })

  it('ends with the next asking, with news or without', () => {
    const one = tailAt(5)
    one.advance(60_000)
    one.take(5, 5)
    expect(() => one.tail.commitMark()).not.toThrow()
    one.advance(60_000)
    one.tail.restart(7, one.now())
    expect(() => one.tail.commitMark()).not.toThrow()
  })

  it('counts from when a question was asked, not from when it was answered', () => {
    const one = tailAt(5)
    const askedAt = one.now()
    one.advance(10_001)
    one.tail.take(5, changes(5), askedAt)
    expect(() => one.tail.commitMark()).toThrow(expect.objectContaining({ code: 'store.unavailable' }))
  })

  it('is for ever once the tail was ended', () => {
    const one = tailAt(5)
    one.tail.end()
    one.take(5, 5, 6)
    expect(() => one.tail.commitMark()).toThrow(expect.objectContaining({ code: 'store.unavailable' }))
  })
})
