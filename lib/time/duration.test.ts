import { describe, expect, it } from 'vitest'
import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS, toRfc3339, toRfc3339OrNull } from '#lib/time/duration.ts'

describe('lifetimes', () => {
  it('are counted in seconds', () => {
    expect([MINUTE_SECONDS, HOUR_SECONDS, DAY_SECONDS]).toEqual([60, 3600, 86_400])
  })
})

describe('a moment in RFC 3339', () => {
  it.each([
    [0, '1970-01-01T00:00:00Z'],
    [-1, '1969-12-31T23:59:59Z'],
    [951_782_400, '2000-02-29T00:00:00Z'],
    [1_795_385_846, '2026-11-22T22:17:26Z'],
    [253_402_300_799, '9999-12-31T23:59:59Z'],
  ])('of %i is %s', (numericDate, text) => {
    expect(toRfc3339(numericDate)).toBe(text)
    expect(Date.parse(text) / 1000).toBe(numericDate)
  })

  it('of no moment is null, and of the first second is not', () => {
    expect(toRfc3339OrNull(null)).toBeNull()
    expect(toRfc3339OrNull(0)).toBe('1970-01-01T00:00:00Z')
  })
})
