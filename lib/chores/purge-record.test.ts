import { expect, it } from 'vitest'
import { purgeRecord } from '#lib/chores/purge-record.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

const NOW = 1_800_000_000

it('forgets exchanges after so many days, and rows of the feed and idempotency keys after thirty', async () => {
  const asked: unknown[] = []
  const recordStore = {
    purgeExchanges: async (before: number) => void asked.push(before),
    purgeChanges: async (kept: unknown) => void asked.push(kept),
    purgeIssueRequests: async (before: number) => void asked.push(before),
  }
  await purgeRecord({ settings: { retention: { exchangeDays: 7 } }, recordStore })({ since: 0, now: NOW })
  expect(asked).toEqual([
    NOW - 7 * DAY_SECONDS,
    // Until tomorrow: for clocks that run ahead.
    { from: NOW - 30 * DAY_SECONDS, until: NOW + DAY_SECONDS },
    NOW - 30 * DAY_SECONDS,
  ])
})
