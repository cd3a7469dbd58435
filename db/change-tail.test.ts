import { describe, expect, it } from 'vitest'
import { createChangeTail, type Look } from '#db/change-tail.ts'
import type { FeedRow, Followed, Seen } from '#db/decide-followed.ts'
import { followFeed } from '#lib/changes/feed-follower.ts'

const rowOf = (seq: number): FeedRow => ({ seq, kind: 'token', key: `t/${seq}`, at: 1 })
const rowsOf = (seqs: readonly number[]) => seqs.map(rowOf)
const seenAt = (newest: number): Seen => ({ row: newest > 0 ? rowOf(newest) : undefined, incarnation: null })

const tailAt = (newest: number, staleAfterMs = 10_000) => {
  let now = 1000
  const tail = createChangeTail({ seen: seenAt(newest), staleAfterMs, monotonic: () => now })
  const look = (followed: Followed, seqs: readonly number[], given: Partial<Look> = {}): Look => ({
    seen: tail.seen(),
    followed,
    rows: rowsOf(seqs),
    newest: rowsOf(seqs).at(-1),
    incarnation: null,
    askedAt: now,
    ...given,
  })
  return {
    tail,
    look,
    take: (...seqs: readonly number[]) => tail.take(look('on', seqs)),
    beginAnew: (...seqs: readonly number[]) => tail.take(look('anew', seqs)),
    lose: () => tail.take(look('restored', [])),
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
    one.take(5, 6, 7)
    one.take(6, 7, 8)
    expect(seqsAfter(one, 5)).toEqual([6, 7, 8])
    expect(seqsAfter(one, 7)).toEqual([8])
    expect(seqsAfter(one, 8)).toEqual([])
    expect(one.tail.newest()).toBe(8)
  })

  it('has gaps where lists were undone', () => {
    const one = tailAt(5)
    one.take(5, 9)
    expect(seqsAfter(one, 5)).toEqual([9])
    expect(one.tail.newest()).toBe(9)
  })

  it('moves its mark for news alone', () => {
    const one = tailAt(5)
    const before = one.tail.commitMark()
    one.take(5)
    expect(one.tail.commitMark()).toBe(before)
    one.take(5, 6)
    expect(one.tail.commitMark()).toBeGreaterThan(before)
  })

  it('on an empty feed begins with the first row ever', () => {
    const one = tailAt(0)
    one.take()
    one.take(1, 2)
    expect(seqsAfter(one, 0)).toEqual([1, 2])
  })
})

describe('a reader that may have missed rows', () => {
  it.each([
    ['from before the tail', 4],
    ['ahead of it, as after a restored backup', 9],
  ])('%s learns that everything is stale', (_, seq) => {
    const one = tailAt(5)
    one.take(5, 6)
    expect(one.tail.after(seq)).toBeUndefined()
  })

  it('learns it when its place was purged before this process got there', () => {
    const one = tailAt(5)
    one.beginAnew(8, 9)
    expect(one.tail.newest()).toBe(9)
    expect(one.tail.after(5)).toBeUndefined()
    expect(seqsAfter(one, 9)).toEqual([])
  })

  it('learns it when the first rows it hears of are not the first ever', () => {
    const one = tailAt(0)
    one.beginAnew(3, 4)
    expect(one.tail.after(0)).toBeUndefined()
    expect(one.tail.newest()).toBe(4)
  })

  it('learns it when the feed begins anew, and not what it had before', () => {
    const one = tailAt(5)
    one.take(5, 6)
    const before = one.tail.commitMark()
    one.beginAnew(2)
    expect(one.tail.commitMark()).toBeGreaterThan(before)
    expect(one.tail.after(6)).toBeUndefined()
    expect(seqsAfter(one, 2)).toEqual([])
  })

  it('learns it when it is further behind than what is kept', () => {
    const one = tailAt(1)
    for (let seq = 1; seq <= 20_001; seq += 1) one.take(seq, seq + 1)
    expect(one.tail.after(1)).toBeUndefined()
    expect(seqsAfter(one, 20_000)).toEqual([20_001, 20_002])
    expect(one.tail.after(10_002)).toHaveLength(10_000)
  })

  it('is told by followers as the drop of all they know', () => {
    const one = tailAt(5)
    const seen: (number | 'everything')[] = []
    const follower = followFeed(one.tail, (applied) => seen.push(applied?.seq ?? 'everything'))
    follower.catchUp()
    one.take(5, 6)
    follower.catchUp()
    one.beginAnew(40)
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
    one.beginAnew(5)
    return { one, seen, follower, isStillSo }
  }

  it('is another one all the same: numbers may be given out again', async () => {
    const { one, seen, follower } = await restarted()
    follower.catchUp()
    one.take(5, 6)
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
    one.take(5)
    expect(() => one.tail.commitMark()).not.toThrow()
    one.advance(60_000)
    one.beginAnew(7)
    expect(() => one.tail.commitMark()).not.toThrow()
  })

  it('counts from when a question was asked, not from when it was answered', () => {
    const one = tailAt(5)
    const askedAt = one.now()
    one.advance(10_001)
    one.tail.take(one.look('on', [5], { askedAt }))
    expect(() => one.tail.commitMark()).toThrow(expect.objectContaining({ code: 'store.unavailable' }))
  })

  it('is for ever once the tail was ended', () => {
    const one = tailAt(5)
    one.tail.end()
    one.take(5, 6)
    expect(() => one.tail.commitMark()).toThrow(expect.objectContaining({ code: 'store.unavailable' }))
  })
})

describe('a database that lacks what was seen', () => {
  const restored = expect.objectContaining({ code: 'store.restored' })

  it('is answered for by nobody, however often it is looked at', () => {
    const one = tailAt(5)
    one.take(5, 6, 7)
    for (const _ of [1, 2]) {
      one.lose()
      expect(() => one.tail.commitMark()).toThrow(restored)
      expect(() => one.tail.requireAccepted()).toThrow(restored)
    }
    expect(one.tail.seen()).toEqual({ row: rowOf(7), incarnation: null })
  })

  it('is again once it begins anew, with nothing kept of before', () => {
    const one = tailAt(5)
    one.take(5, 6, 7)
    const before = one.tail.commitMark()
    one.lose()
    one.tail.take(one.look('anew', [3], { incarnation: '200-second' }))
    one.tail.requireAccepted()
    expect(one.tail.commitMark()).toBeGreaterThan(before)
    expect(one.tail.seen()).toEqual({ row: rowOf(3), incarnation: '200-second' })
    expect(one.tail.after(7)).toBeUndefined()
    one.take(3, 4)
    expect(seqsAfter(one, 3)).toEqual([4])
  })

  it('is again once what was seen is back, with nothing kept of what was read meanwhile', () => {
    const one = tailAt(5)
    const before = one.tail.commitMark()
    one.lose()
    one.take(5)
    expect(one.tail.commitMark()).toBeGreaterThan(before)
    expect(one.tail.after(5, before)).toBeUndefined()
  })

  it('is not for what was asked before it was found out', () => {
    const one = tailAt(5)
    const earlier = one.look('on', [5, 6])
    one.advance(1)
    one.lose()
    one.tail.take(earlier)
    expect(() => one.tail.commitMark()).toThrow(restored)
    expect(one.tail.newest()).toBe(6)
  })

  it('says nothing of it once what was seen has been given up', () => {
    const one = tailAt(5)
    const earlier = one.look('restored', [])
    one.beginAnew(3)
    one.tail.take(earlier)
    expect(() => one.tail.requireAccepted()).not.toThrow()
  })
})
