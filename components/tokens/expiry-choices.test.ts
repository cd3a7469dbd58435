import { describe, expect, it } from 'vitest'
import { endOfDay, expiryChoices, expiryWords, lifetimeWords } from '#components/tokens/expiry-choices.ts'

const NOW = Date.UTC(2026, 2, 1, 14) / 1000
const DAY = 86_400

const choices = (lifetimeSecondsMax: number | null, neverExpires = true) =>
  expiryChoices({ lifetimeSecondsMax, neverExpires }, 'Acme', NOW)

describe('expiryChoices', () => {
  it('offers 7, 30, 60, 90 and 365 days, a date and never', () => {
    const { presets, never, initial, limit, dateMin, dateMax } = choices(null)
    expect(presets.map(({ label }) => label)).toEqual(['7 days', '30 days', '60 days', '90 days', '1 year'])
    expect({ never, initial, limit, dateMin, dateMax }).toEqual({
      never: true,
      initial: String(90 * DAY),
      limit: undefined,
      dateMin: '2026-03-01',
      dateMax: undefined,
    })
  })

  it('says why "never" is missing', () => {
    expect(choices(null, false)).toMatchObject({
      never: false,
      limit: 'The policy of Acme asks every token to have an end.',
    })
  })

  it('ends at the longest the policy allows, and offers just that', () => {
    const { presets, initial, limit, never } = choices(45 * DAY)
    expect(presets.map(({ label }) => label)).toEqual(['7 days', '30 days', '45 days'])
    expect(initial).toBe(String(45 * DAY))
    expect(limit).toBe('The policy of Acme allows at most 45 days.')
    expect(never).toBe(false)
  })

  it('offers hours where days are too long', () => {
    expect(choices(12 * 3600).presets.map(({ label }) => label)).toEqual(['12 hours'])
  })

  it.each([1, 7, 45, 400])('names no last day that a policy of %d days would refuse', (days) => {
    const { dateMax = '' } = choices(days * DAY)
    expect(endOfDay(dateMax)).toBeLessThanOrEqual(NOW + days * DAY)
    expect(endOfDay(dateMax) + DAY).toBeGreaterThan(NOW + days * DAY)
  })
})

describe('words', () => {
  it('name the day a token ends', () => {
    expect(expiryWords(choices(null), String(7 * DAY), '')).toBe('ends 8 Mar 2026')
    expect(expiryWords(choices(null), 'at', '2026-12-24')).toBe('ends 24 Dec 2026')
    expect(expiryWords(choices(null), 'at', '')).toBe('no end chosen')
    expect(expiryWords(choices(null), 'never', '')).toBe('never ends')
  })

  it.each([
    [3600, '1 hour'],
    [DAY, '1 day'],
    [90 * 60, '90 minutes'],
    [365 * DAY, '1 year'],
  ])('%d s is "%s"', (seconds, words) => expect(lifetimeWords(seconds)).toBe(words))

  it.each(['', '2026', '24.12.2026', '2026-13-45'])('"%s" is no day', (day) => expect(endOfDay(day)).toBeNaN())
})
