import { describe, expect, it } from 'vitest'
import { DAY_SECONDS, HOUR_SECONDS } from '#lib/time/duration.ts'
import { pastUse } from '#server/demo/past-use.ts'

// A Wednesday, 15:00 UTC.
const PRESENT = Date.UTC(2026, 5, 17, 15) / 1000
const span = (days: number, permissions: readonly string[] = []) => ({
  tenantId: 'a',
  tokenId: 't',
  permissions,
  from: PRESENT - days * DAY_SECONDS,
  present: PRESENT,
})
const use = (lastSecondsAgo: number, perDay = 100) => ({ perDay, address: '192.0.2.1', agent: 'x', lastSecondsAgo })

describe('past use', () => {
  it('fills every day from the first to the last use, each named by its UTC midnight', () => {
    const days = pastUse(use(0), span(10)).map(({ day }) => day)
    expect(days).toHaveLength(11)
    expect(days.every((day) => day % DAY_SECONDS === 0)).toBe(true)
    expect(days.at(-1)).toBe(PRESENT - (PRESENT % DAY_SECONDS))
    expect(days).toEqual([...new Set(days)].toSorted((one, other) => one - other))
  })

  it('ends with the last use', () => {
    const last = pastUse(use(5 * DAY_SECONDS), span(10)).at(-1)
    expect(last?.day).toBe(Date.UTC(2026, 5, 12) / 1000)
  })

  it('is quieter at weekends, and on days that were not whole', () => {
    const counts = new Map(
      pastUse(use(0), span(10)).map(({ day, count }) => [new Date(day * 1000).getUTCDate(), count]),
    )
    const [friday = 0, saturday = 0, sunday = 0, monday = 0] = [12, 13, 14, 15].map((date) => counts.get(date))
    expect(Math.max(saturday, sunday)).toBeLessThan(Math.min(friday, monday) / 1.3)
    const [morning] = pastUse(use(14 * HOUR_SECONDS), { ...span(0), from: PRESENT - 15 * HOUR_SECONDS })
    expect(morning?.count).toBeLessThan(10)
  })

  it('counts refused uses apart, and is the same each time', () => {
    const withRefused = { ...use(0), refusedPerDay: 3 }
    const days = pastUse(withRefused, span(5))
    expect(days.filter(({ outcome }) => outcome === 'refused').length).toBeGreaterThan(3)
    expect(pastUse(withRefused, span(5))).toEqual(days)
  })

  it('asks for all that the token may do but the last, and for the only one', () => {
    const plain = pastUse(use(0), span(5))
    const asked = pastUse(use(0), span(5, ['a:read', 'b:read', 'c:read']))
    const sum = (days: typeof asked) => days.reduce((total, { count }) => total + count, 0)
    expect(new Set(asked.map(({ permission }) => permission))).toEqual(new Set(['a:read', 'b:read']))
    expect(sum(asked)).toBe(sum(plain))
    expect(asked.every(({ count, asked }) => asked === count)).toBe(true)
    expect(new Set(pastUse(use(0), span(5, ['a:read'])).map(({ permission }) => permission))).toEqual(
      new Set(['a:read']),
    )
  })

  it('is nothing for a token that is younger than its last use', () => {
    expect(pastUse(use(2 * DAY_SECONDS), span(1))).toEqual([])
  })
})
