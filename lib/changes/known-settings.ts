import type { EnvironmentSettings, EnvironmentStore } from '#lib/access/environment-store.ts'
import type { Change, ChangeFeed } from '#lib/changes/change.ts'
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
  const concerns = ({ kind }: Change): boolean => kind === 'environment'
  const follower = followFeed(changeFeed, (change) => {
    if (!change || concerns(change)) known = undefined
  })
  return async () => {
    follower.catchUp()
    if (known) return known
    const { found, isStillSo } = await follower.read(() => environmentStore.settings())
    if (isStillSo(concerns)) known = found
    return found
  }
}
