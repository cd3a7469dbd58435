import { describe, expect, it } from 'vitest'
import {
  decideGuess,
  delaySeconds,
  GUESS_POLICIES,
  type GuessCount,
  type GuessScope,
} from '#lib/sign-in/guess-policy.ts'
import { DAY_SECONDS, HOUR_SECONDS } from '#lib/time/duration.ts'

const SCOPES = Object.keys(GUESS_POLICIES) as GuessScope[]

/** How many guesses somebody makes in so many seconds who never waits longer than they must. */
const guessesIn = (scope: GuessScope, seconds: number): number => {
  let seen: GuessCount | undefined
  let made = 0
  for (let now = 0; now < seconds && made < 5000; ) {
    const decision = decideGuess(GUESS_POLICIES[scope], seen, now)
    if (decision.outcome === 'slow_down') now += decision.retryAfterSeconds
    else {
      seen = decision.next
      made += 1
    }
  }
  return made
}

describe('delays', () => {
  it.each<readonly [GuessScope, readonly number[]]>([
    ['password-account', [0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]],
    ['password-browser', [0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]],
    ['password-address', [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]],
    ['code-account', [0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600]],
    ['code-browser', [0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600]],
    ['mail-account', [0, 60, 120, 240, 480, 900, 900, 900, 900, 900, 900, 900]],
    ['mail-browser', [0, 60, 120, 240, 480, 900, 900, 900, 900, 900, 900, 900]],
    ['mail-address', [0, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900]],
  ])('of %s double from the last free guess on', (scope, delays) => {
    const { free } = GUESS_POLICIES[scope]
    expect(delays.map((_, index) => delaySeconds(GUESS_POLICIES[scope], free + index))).toEqual(delays)
  })

  it.each(SCOPES)('of %s stay finite however long somebody guesses', (scope) => {
    for (const failures of [1e3, 1e6, Number.MAX_SAFE_INTEGER])
      expect(delaySeconds(GUESS_POLICIES[scope], failures)).toBe(GUESS_POLICIES[scope].longestDelaySeconds)
  })
})

describe('a guesser who never tires', () => {
  it('tries few passwords of an account in a day', () => {
    expect(guessesIn('password-account', DAY_SECONDS)).toBeLessThan(120)
  })

  it('tries so few codes in a day that one in ten thousand days would hit', () => {
    expect(guessesIn('code-account', DAY_SECONDS)).toBeLessThan(100)
  })

  it('has few mails sent in an hour', () => {
    expect(guessesIn('mail-account', HOUR_SECONDS)).toBeLessThan(15)
  })
})

describe('forgetting', () => {
  it.each(SCOPES)('of %s is by the last failure, to the second', (scope) => {
    const { forgetSeconds } = GUESS_POLICIES[scope]
    const seen = { failures: 3, since: 0, lastAt: 1000 }
    const nextAt = (now: number) => decideGuess(GUESS_POLICIES[scope], seen, now)
    expect(nextAt(1000 + forgetSeconds - 1)).toMatchObject({ next: { failures: 4, since: 0 } })
    expect(nextAt(1000 + forgetSeconds)).toMatchObject({ next: { failures: 1, since: 1000 + forgetSeconds } })
  })

  it.each(SCOPES)('of %s never comes before the longest wait is over', (scope) => {
    expect(GUESS_POLICIES[scope].forgetSeconds).toBeGreaterThanOrEqual(GUESS_POLICIES[scope].longestDelaySeconds)
  })
})
