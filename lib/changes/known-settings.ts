import type { EnvironmentSettings, EnvironmentStore } from '#lib/access/environment-store.ts'
import type { ChangeFeed } from '#lib/changes/change.ts'
import { followFeed } from '#lib/changes/feed-follower.ts'

type KnownSettingsPorts = {
  readonly environmentStore: Pick<EnvironmentStore, 'settings'>
  readonly changeFeed: ChangeFeed
}

/**
 * The environment's settings of this moment, from memory until the feed tells of a change to the environment: for what
 * asks with each request. Throws as the store does, and `store.unavailable` when the feed cannot be read.
 */
export const knownSettings = ({
  environmentStore,
  changeFeed,
}: KnownSettingsPorts): (() => Promise<EnvironmentSettings>) => {
  let known: EnvironmentSettings | undefined
  const follower = followFeed(changeFeed, (change) => {
    if (!change || change.kind === 'environment') known = undefined
  })
  return async () => {
    const before = follower.catchUp()
    if (known) return known
    const settings = await environmentStore.settings()
    // What was read while something changed answers this request, but is not kept.
    if (follower.catchUp() === before) known = settings
    return settings
  }
}
