import { describe, expect, it } from 'vitest'
import { decideWarning, warningId, warningRanges } from '#lib/notices/decide-warning.ts'
import type { EndingToken } from '#lib/notices/expiry-store.ts'
import { DAY_SECONDS, HOUR_SECONDS } from '#lib/time/duration.ts'

const NOW = 1_800_000_000

const token = (over: Partial<EndingToken> = {}): EndingToken => ({
  tenantId: 'acme',
  id: 'one',
  name: 'CI',
  context: 'user',
  createdAt: NOW - 300 * DAY_SECONDS,
  expiresAt: NOW + 7 * DAY_SECONDS,
  isPaused: false,
  wasUsed: true,
  ...over,
})

const daysFor = (leftSeconds: number, since: number): readonly number[] =>
  warningRanges({ since, now: NOW })
    .filter(({ after, until }) => NOW + leftSeconds > after && NOW + leftSeconds <= until)
    .map(({ days }) => days)

describe('a threshold', () => {
  const HOURLY = NOW - HOUR_SECONDS

  it.each([
    [30 * DAY_SECONDS, [30]],
    [30 * DAY_SECONDS + 1, []],
    [30 * DAY_SECONDS - HOUR_SECONDS + 1, [30]],
    [30 * DAY_SECONDS - 2 * HOUR_SECONDS, []],
    [7 * DAY_SECONDS, [7]],
    [DAY_SECONDS, [1]],
    [DAY_SECONDS - 2 * HOUR_SECONDS, []],
    [0, []],
  ])('with %d s left is passed by %j in an hour', (left, days) => {
    expect(daysFor(left, HOURLY)).toEqual(days)
  })

  it.each([
    [20 * DAY_SECONDS, [30]],
    [14 * DAY_SECONDS, [14]],
    [13 * DAY_SECONDS, [14]],
    [2 * DAY_SECONDS, [7]],
    [60, [1]],
    [0, []],
  ])('with %d s left after a long downtime is the nearest one alone: %j', (left, days) => {
    expect(daysFor(left, 0)).toEqual(days)
    expect(daysFor(left, NOW - 60 * DAY_SECONDS)).toEqual(days)
  })

  it('is looked for again by who comes just after, as the last one may have read too early', () => {
    expect(daysFor(7 * DAY_SECONDS - 300, NOW)).toEqual([7])
  })
})

describe('the decision', () => {
  const none: ReadonlySet<string> = new Set()

  it('leaves out thresholds as long as the token’s life', () => {
    const weekly = token({ createdAt: NOW })
    expect(decideWarning(weekly, 7, none)).toBe(false)
    expect(decideWarning(weekly, 1, none)).toBe(true)
    expect(decideWarning(token({ createdAt: NOW - 1 }), 7, none)).toBe(true)
  })

  it('warns once of each', () => {
    const recorded = new Set([warningId(token(), 30), warningId(token(), 7)])
    expect([7, 1].map((days) => decideWarning(token(), days, recorded))).toEqual([false, true])
  })

  it('warns anew of an end that was moved', () => {
    const recorded = new Set([warningId(token(), 7)])
    expect(decideWarning(token({ expiresAt: NOW + 8 * DAY_SECONDS }), 7, recorded)).toBe(true)
  })

  it('asks once about what was never used', () => {
    const unused = token({ wasUsed: false })
    expect(decideWarning(unused, 7, none)).toBe(true)
    expect(decideWarning(unused, 7, new Set([warningId(unused, 30)]))).toBe(false)
    expect(decideWarning({ ...unused, wasUsed: true }, 7, new Set([warningId(unused, 30)]))).toBe(true)
  })
})

describe('the id of a warning', () => {
  it('is a UUID of version 8, the same each time', () => {
    expect(warningId(token(), 7)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(warningId(token(), 7)).toBe(warningId(token({ name: 'other', isPaused: true }), 7))
  })

  it('is another for another tenant, token, end or threshold', () => {
    const ids = [
      warningId(token(), 7),
      warningId(token(), 1),
      warningId(token({ id: 'two' }), 7),
      warningId(token({ tenantId: 'globex' }), 7),
      warningId(token({ expiresAt: NOW }), 7),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })
})
