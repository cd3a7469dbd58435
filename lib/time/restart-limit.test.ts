import { beforeEach, describe, expect, it } from 'vitest'
import { createRestartLimit, type RestartLimit } from '#lib/time/restart-limit.ts'

let now: number
let limit: RestartLimit
beforeEach(() => {
  now = 1_000_000
  limit = createRestartLimit(() => now)
})

/** Begins as soon as it may, again and again, what ends after so many milliseconds; answers when it began. */
const crashLoop = (lifeMs: number, untilMs: number): readonly number[] => {
  const begun: number[] = []
  const from = now
  while (now - from < untilMs) {
    const pause = limit.pause()
    limit.count(pause)
    now += pause
    begun.push(now - from)
    now += lifeMs
  }
  return begun
}

describe('what keeps ending', () => {
  it('is begun five times at once, and the sixth time when the first is a minute ago', () => {
    for (let start = 0; start < 5; start += 1) {
      expect(limit.pause()).toBe(0)
      limit.count()
      now += 1000
    }
    expect(limit.pause()).toBe(55_000)
    now += 54_999
    expect(limit.pause()).toBe(1)
    now += 1
    expect(limit.pause()).toBe(0)
  })

  it.each([1, 900, 11_000, 20_000])('after %i ms each time is begun at most five times within any minute', (lifeMs) => {
    const begun = crashLoop(lifeMs, 600_000)
    expect(begun.length).toBeGreaterThan(25)
    for (const from of begun)
      expect(begun.filter((each) => each >= from && each < from + 60_000).length).toBeLessThanOrEqual(5)
  })

  it('is not counted by being asked about', () => {
    for (let asked = 0; asked < 10; asked += 1) expect(limit.pause()).toBe(0)
  })
})
