import { beforeEach, describe, expect, it } from 'vitest'
import { createRequestLimiter, type Limit, type RequestLimiter } from '#lib/policy/request-limiter.ts'

let now = 0
let limiter: RequestLimiter
beforeEach(() => {
  now = 1000
  limiter = createRequestLimiter({ seconds: () => now })
})

const limit = (quota: number, key = 'a', policy: Limit['policy'] = 'token'): Limit => ({ policy, key, quota })
const isLetThrough = (...limits: readonly Limit[]): boolean => limiter.spend(limits).refusing.length === 0

/** Numbers below 1 that look random and are the same in each run (mulberry32). */
const dice = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const mostInAnyMinute = (moments: readonly number[]): number =>
  Math.max(0, ...moments.map((from) => moments.filter((at) => at >= from && at < from + 60).length))

describe('a limit', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'lets no more through in any minute, whenever requests come (%i)',
    (seed) => {
      const roll = dice(seed)
      const quota = 1 + Math.floor(roll() * 20)
      const letThrough: number[] = []
      for (let round = 0; round < 600; round += 1) {
        now += roll() ** 8 * 30
        if (isLetThrough(limit(quota))) letThrough.push(now)
      }
      expect(mostInAnyMinute(letThrough)).toBe(quota)
    },
  )

  it('is whole again a minute and a second after it was used', () => {
    expect([isLetThrough(limit(1)), isLetThrough(limit(1))]).toEqual([true, false])
    now += 60.9
    expect(isLetThrough(limit(1))).toBe(false)
    now += 0.1
    expect(isLetThrough(limit(1))).toBe(true)
  })

  it('says what is left of it, and until when', () => {
    expect(limiter.spend([limit(2)])).toEqual({
      allowances: [{ policy: 'token', quota: 2, remaining: 1, seconds: 61 }],
      refusing: [],
    })
    now += 10
    expect(limiter.spend([limit(2)]).allowances).toEqual([{ policy: 'token', quota: 2, remaining: 0, seconds: 51 }])
    const none = { policy: 'token', quota: 2, remaining: 0, seconds: 51 }
    expect(limiter.spend([limit(2)])).toEqual({ allowances: [none], refusing: [none] })
  })

  it('counts with the quota of this moment', () => {
    expect([isLetThrough(limit(1)), isLetThrough(limit(1)), isLetThrough(limit(2))]).toEqual([true, false, true])
    expect(isLetThrough(limit(1))).toBe(false)
  })

  it('is of one key in one policy', () => {
    expect(isLetThrough(limit(1))).toBe(true)
    expect(isLetThrough(limit(1, 'b'))).toBe(true)
    expect(isLetThrough(limit(1, 'a', 'tenant'))).toBe(true)
    expect(isLetThrough(limit(1, 'a', 'address'))).toBe(true)
  })
})

describe('of several limits', () => {
  it('one that refuses uses up nothing of the others', () => {
    const [small, large] = [limit(1), limit(3, 't', 'tenant')]
    expect(isLetThrough(small, large)).toBe(true)
    expect(limiter.spend([small, large]).refusing.map(({ policy }) => policy)).toEqual(['token'])
    expect(limiter.spend([large]).allowances).toMatchObject([{ remaining: 1 }])
  })

  it('all that refuse are named', () => {
    const both = [limit(1), limit(1, 't', 'tenant')]
    limiter.spend(both)
    expect(limiter.spend(both).refusing.map(({ policy }) => policy)).toEqual(['token', 'tenant'])
  })
})

describe('memory', () => {
  it.each<Limit['policy']>(['token', 'tenant', 'address'])('holds many keys of the policy %s', (policy) => {
    const keys = Array.from({ length: 1000 }, (_, n) => limit(1, `${n}`, policy))
    expect(keys.filter((one) => isLetThrough(one))).toHaveLength(1000)
    expect(keys.filter((one) => isLetThrough(one))).toEqual([])
  })

  it('is bounded for each policy apart: addresses crowd out no token', () => {
    expect(isLetThrough(limit(1))).toBe(true)
    for (let n = 0; n < 50_001; n += 1) isLetThrough(limit(1, `${n}`, 'address'))
    expect(isLetThrough(limit(1))).toBe(false)
    expect(isLetThrough(limit(1, '50000', 'address'))).toBe(false)
    expect(isLetThrough(limit(1, '0', 'address'))).toBe(true)
  })
})

describe('several processes', () => {
  it('tell each other what they let through, once', () => {
    expect(limiter.take()).toEqual([])
    const other = createRequestLimiter({ seconds: () => now })
    for (let n = 0; n < 5; n += 1) limiter.spend([limit(3), limit(9, 't', 'tenant')])
    const counts = limiter.take()
    expect(counts).toEqual([
      ['token', 'a', 3],
      ['tenant', 't', 3],
    ])
    other.add(counts)
    expect(other.spend([limit(3)]).refusing).toHaveLength(1)
    expect(other.spend([limit(4)]).allowances).toMatchObject([{ remaining: 0 }])
    expect(limiter.take()).toEqual([])
  })

  it('do not hand on what they heard of', () => {
    limiter.take()
    limiter.add([['token', 'a', 3]])
    expect(limiter.take()).toEqual([])
  })

  it('remember nothing to tell where nobody asks', () => {
    isLetThrough(limit(3))
    expect(limiter.take()).toEqual([])
    isLetThrough(limit(3))
    expect(limiter.take()).toEqual([['token', 'a', 1]])
  })
})
