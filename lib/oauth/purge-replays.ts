import type { ChoreSpan } from '#lib/chores/run-chores.ts'
import type { ReplayStore } from '#lib/oauth/replay-store.ts'
import { HOUR_SECONDS } from '#lib/time/duration.ts'

/** Forgets ids that expired an hour ago, so that a machine whose clock is late accepts none of them again. */
export const purgeReplays =
  ({ replayStore }: { readonly replayStore: ReplayStore }) =>
  ({ now }: ChoreSpan): Promise<void> =>
    replayStore.purge(now - HOUR_SECONDS)
