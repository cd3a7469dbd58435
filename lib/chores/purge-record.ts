import type { RecordStore } from '#lib/chores/record-store.ts'
import type { ChoreSpan } from '#lib/chores/run-chores.ts'
import type { Retention } from '#lib/config/config.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

type Ports = {
  readonly settings: { readonly retention: Pick<Retention, 'exchangeDays'> }
  readonly recordStore: RecordStore
}

// Caches are a moment behind the feed; whatever else may follow it one day has a month.
const CHANGES_DAYS = 30

// Nobody sends a request again for so long, and the key of one that is may stand for another.
const ISSUE_REQUESTS_DAYS = 30

/**
 * Forgets exchanges that happened longer ago than they are kept, what nobody who follows the feed asks for any more, and
 * idempotency keys after thirty days.
 */
export const purgeRecord =
  ({ settings, recordStore }: Ports) =>
  async ({ now }: ChoreSpan): Promise<void> => {
    await recordStore.purgeExchanges(now - settings.retention.exchangeDays * DAY_SECONDS)
    await recordStore.purgeChanges({ from: now - CHANGES_DAYS * DAY_SECONDS, until: now + DAY_SECONDS })
    await recordStore.purgeIssueRequests(now - ISSUE_REQUESTS_DAYS * DAY_SECONDS)
  }
