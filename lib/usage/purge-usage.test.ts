import { expect, it } from 'vitest'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import { purgeUsage } from '#lib/usage/purge-usage.ts'

const NOON = 1_800_000_000 - (1_800_000_000 % DAY_SECONDS) + DAY_SECONDS / 2

it('forgets the days that are older than so many, and today is none of them', async () => {
  const asked: number[] = []
  const usageStore = { purge: async (before: number) => void asked.push(before) }
  await purgeUsage({ settings: { retention: { usageDays: 31 } }, usageStore })({ since: 0, now: NOON })
  const today = NOON - DAY_SECONDS / 2
  const oldestKept = today - 31 * DAY_SECONDS
  const isForgotten = (day: number): boolean => day < (asked[0] ?? 0)
  expect([oldestKept - DAY_SECONDS, oldestKept, today].map(isForgotten)).toEqual([true, false, false])
})
