import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { DailyUse } from '#lib/tokens/token-store.ts'

const DAYS = 30

/** The last 30 UTC days, oldest first, each with its use; days without any are there with zeros. */
export const lastDays = (use: readonly DailyUse[], now: number): readonly DailyUse[] => {
  const today = now - (now % DAY_SECONDS)
  return Array.from({ length: DAYS }, (_, index) => {
    const day = today - (DAYS - 1 - index) * DAY_SECONDS
    return use.find((one) => one.day === day) ?? { day, accepted: 0, refused: 0 }
  })
}

/** How often a token was accepted and refused in all of some days. */
export const totalUse = (days: readonly DailyUse[]): { readonly accepted: number; readonly refused: number } => ({
  accepted: days.reduce((sum, { accepted }) => sum + accepted, 0),
  refused: days.reduce((sum, { refused }) => sum + refused, 0),
})
