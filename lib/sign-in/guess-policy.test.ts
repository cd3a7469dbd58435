import { describe, expect, it } from 'vitest'
import { decideGuess, delaySeconds, GUESS_POLICIES } from '#lib/sign-in/guess-policy.ts'

const policy = { free: 2, firstDelaySeconds: 10, longestDelaySeconds: 60, forgetSeconds: 1000 }

describe('delaySeconds', () => {
  it('costs nothing at first, then doubles up to a bound', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 100, 5000].map((failures) => delaySeconds(policy, failures))).toEqual([
      0, 0, 0, 10, 20, 40, 60, 60, 60, 60,
    ])
  })

  it('never reaches a day in any scope: nobody is locked out', () => {
    for (const scope of Object.values(GUESS_POLICIES)) expect(delaySeconds(scope, 10_000)).toBeLessThanOrEqual(3600)
  })
})

describe('decideGuess', () => {
  it('counts on while the last failure is remembered', () => {
    const seen = { failures: 2, since: 5, lastAt: 100 }
    expect(decideGuess(policy, seen, 100)).toEqual({ outcome: 'counted', next: { failures: 3, since: 5, lastAt: 100 } })
    expect(decideGuess(policy, seen, 1100)).toEqual({
      outcome: 'counted',
      next: { failures: 1, since: 1100, lastAt: 1100 },
    })
    expect(decideGuess(policy, undefined, 7)).toEqual({
      outcome: 'counted',
      next: { failures: 1, since: 7, lastAt: 7 },
    })
  })

  it('says how long to wait, to the second', () => {
    const seen = { failures: 4, since: 0, lastAt: 100 }
    expect(decideGuess(policy, seen, 101)).toEqual({ outcome: 'slow_down', retryAfterSeconds: 19 })
    expect(decideGuess(policy, seen, 119)).toEqual({ outcome: 'slow_down', retryAfterSeconds: 1 })
    expect(decideGuess(policy, seen, 120)).toMatchObject({ outcome: 'counted' })
  })
})
