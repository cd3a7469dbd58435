import { expect, it } from 'vitest'
import { dateOf } from '#lib/time/date-of.ts'

it('a day is that of UTC, whatever the machine', () => {
  expect(dateOf(Date.UTC(2026, 2, 1, 23, 59, 59) / 1000)).toBe('1 Mar 2026')
  expect(dateOf(Date.UTC(2026, 2, 2) / 1000)).toBe('2 Mar 2026')
})

it('its month is named as English does in Britain', () => {
  const words = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
  for (let month = 0; month < 12; month += 1) {
    const at = Date.UTC(2026, month, 31) / 1000
    expect(dateOf(at)).toBe(words.format(at * 1000))
  }
})
