import { expect, it } from 'vitest'
import { lastDays, totalUse } from '#components/tokens/use-days.ts'

const DAY = 86_400
const NOW = Date.UTC(2026, 2, 1, 14) / 1000
const TODAY = Date.UTC(2026, 2, 1) / 1000

it('shows 30 days that end today, the quiet ones too', () => {
  const days = lastDays([{ day: TODAY - 3 * DAY, accepted: 5, refused: 1 }], NOW)
  expect(days).toHaveLength(30)
  expect(days.at(-1)).toEqual({ day: TODAY, accepted: 0, refused: 0 })
  expect(days[0]?.day).toBe(TODAY - 29 * DAY)
  expect(days.at(-4)).toEqual({ day: TODAY - 3 * DAY, accepted: 5, refused: 1 })
})

it('adds up', () => {
  const days = lastDays(
    [
      { day: TODAY, accepted: 2, refused: 0 },
      { day: TODAY - DAY, accepted: 3, refused: 4 },
    ],
    NOW,
  )
  expect(totalUse(days)).toEqual({ accepted: 5, refused: 4 })
})
