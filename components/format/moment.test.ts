import { describe, expect, it } from 'vitest'
import { exactTime, isoTime, relativeTime } from '#components/format/moment.ts'

const NOW = Date.UTC(2026, 2, 1, 14, 5, 9) / 1000
const HOUR = 3600
const DAY = 24 * HOUR

describe('relativeTime', () => {
  it.each([
    [0, 'just now'],
    [-59, 'just now'],
    [30, 'in less than a minute'],
    [-60, '1 minute ago'],
    [-HOUR + 31, '59 minutes ago'],
    [-HOUR + 29, '1 hour ago'],
    [-HOUR, '1 hour ago'],
    [-23 * HOUR, '23 hours ago'],
    [-DAY + 1, 'yesterday'],
    [DAY, 'tomorrow'],
    [7 * DAY - 5, 'in 7 days'],
    [90 * DAY - 1, 'in 90 days'],
    [120 * DAY, 'in 4 months'],
    [365 * DAY, 'in 12 months'],
    [-3 * 366 * DAY, '3 years ago'],
  ])('%d s from now is "%s"', (distance, text) => {
    expect(relativeTime(NOW + distance, NOW)).toBe(text)
  })
})

describe('exact moments', () => {
  it('are in UTC, whatever the machine', () => {
    expect(exactTime(NOW)).toBe('1 Mar 2026, 14:05:09 UTC')
    expect(isoTime(NOW)).toBe('2026-03-01T14:05:09Z')
  })
})
