import type { Change, ChangeFeed } from '#lib/changes/change.ts'
import { followFeed } from '#lib/changes/feed-follower.ts'
import { rememberAccess } from '#lib/verdict/remembered-access.ts'
import { readStanding, type Standing, type StandingPorts } from '#lib/verdict/standing.ts'
import { concerns, createStandingCache } from '#lib/verdict/standing-cache.ts'

/** How many entries a cache holds, about how large they are, and how often it was asked for one that it did not hold. */
export type CacheFigures = { readonly entries: number; readonly bytes: number; readonly misses: number }

/** Standings, from memory where the change feed proves them current, else read. */
export type Standings = {
  /** Brings the cache to this moment; `caughtUp` before the first `known` of a request, one look for all of a turn. */
  catchUp(): void
  caughtUp(): Promise<void>
  known(tenantId: string, tokenId: string): Standing | undefined
  read(tenantId: string, tokenId: string): Promise<Standing | undefined>
  /** One that should be read again and was not dropped; the feed must have been caught up with. */
  late(tenantId: string, tokenId: string): Standing | undefined
  figures(): CacheFigures
}

/** Standings under the feed; `onChange` hears each change as well, undefined when everything is stale. */
export const createStandings = (
  ports: StandingPorts & { readonly changeFeed: ChangeFeed },
  onChange: (change: Change | undefined) => void,
): Standings => {
  const cache = createStandingCache()
  let misses = 0
  const follower = followFeed(ports.changeFeed, (change) => {
    cache.drop(change)
    access.drop(change)
    onChange(change)
  })
  const access = rememberAccess(ports.accessStore, follower)
  const reading = { ...ports, accessStore: access }
  return {
    catchUp: () => {
      follower.catchUp()
    },
    caughtUp: follower.caughtUp,
    known: (tenantId, tokenId) => cache.get(tenantId, tokenId),
    read: async (tenantId, tokenId) => {
      misses += 1
      const { found, isStillSo } = await follower.read(() => readStanding(reading, tenantId, tokenId))
      // Of what was read while something of it changed each part may be of another state.
      if (found && isStillSo(concerns(found))) cache.set(found)
      return found
    },
    late: (tenantId, tokenId) => cache.late(tenantId, tokenId),
    figures: () => ({ entries: cache.size(), bytes: cache.bytes(), misses }),
  }
}
