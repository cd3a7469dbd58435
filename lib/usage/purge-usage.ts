import type { ChoreSpan } from '#lib/chores/run-chores.ts'
import type { Retention } from '#lib/config/config.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { UsageStore } from '#lib/usage/usage-store.ts'

type Ports = {
  readonly settings: { readonly retention: Pick<Retention, 'usageDays'> }
  readonly usageStore: Pick<UsageStore, 'purge'>
}

/** Forgets how often tokens were used on days that ended longer ago than they are kept. */
export const purgeUsage =
  ({ settings, usageStore }: Ports) =>
  ({ now }: ChoreSpan): Promise<void> =>
    usageStore.purge(now - (settings.retention.usageDays + 1) * DAY_SECONDS)
