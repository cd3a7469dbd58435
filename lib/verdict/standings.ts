import type { Change, ChangeFeed } from '#lib/changes/change.ts'
import { followFeed } from '#lib/changes/feed-follower.ts'
import { rememberAccess } from '#lib/verdict/remembered-access.ts'
import { readStanding, type Standing, type StandingPorts } from '#lib/verdict/standing.ts'
import { concerns, createStandingCache } from '#lib/verdict/standing-cache.ts'

/** How many entries a cache holds, about how large they are, and how often it was asked for one that it did not hold. */
export type CacheFigures = { readonly entries: number; readonly bytes: number; readonly misses: number }

/** A reading that is under way. */
export type Reading = {
  readonly found: Promise<Standing | undefined>
  /** Resolves once it has been waited for half a second, by whoever asked first and at once for who asks later, or has ended. */
  isSlow(): Promise<void>
}

// A store that hangs is as good as none: by the time it is given up the feed is too old as well.
const SLOW_MS = 500

const createReading = (found: Reading['found']): Reading => {
  let slow: Promise<void> | undefined
  const wait = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, SLOW_MS)
      const end = (): void => {
        clearTimeout(timer)
        resolve()
      }
      found.then(end, end)
    })
  return {
    found,
    isSlow: () => {
      slow ??= wait()
      return slow
    },
  }
}

/** Standings, from memory where the change feed proves them current, else read. */
export type Standings = {
  /** Brings the cache to this moment; `caughtUp` before the first `known` of a request, one look for all of a turn. */
  catchUp(): void
  caughtUp(): Promise<void>
  known(tenantId: string, tokenId: string): Standing | undefined
  read(tenantId: string, tokenId: string): Promise<Standing | undefined>
  /**
   * The same, but of those who ask for one token meanwhile none reads it as well: they take what was kept of it, and read
   * once more, together, only where nothing was or where it is not enough for who asks. A reading that fails fails them all.
   */
  readOnce(tenantId: string, tokenId: string, isEnough: (kept: Standing) => boolean): Reading
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
  const read = async (tenantId: string, tokenId: string): Promise<Standing | undefined> => {
    misses += 1
    const { found, isStillSo } = await follower.read(() => readStanding(reading, tenantId, tokenId))
    // Of what was read while something of it changed each part may be of another state.
    if (found && isStillSo(concerns(found))) cache.set(found)
    return found
  }
  const underWay = new Map<string, Reading>()
  const begin = (key: string, tenantId: string, tokenId: string): Reading => {
    const reading = createReading(read(tenantId, tokenId).finally(() => underWay.delete(key)))
    underWay.set(key, reading)
    return reading
  }
  const readOnce: Standings['readOnce'] = (tenantId, tokenId, isEnough) => {
    const key = `${tenantId}/${tokenId}`
    const first = underWay.get(key)
    if (!first) return begin(key, tenantId, tokenId)
    const afterIt = async (): Promise<Standing | undefined> => {
      await first.found
      // Begun before this was asked, it may have met a state from before; what is kept the feed proves to be of now.
      follower.catchUp()
      const kept = cache.get(tenantId, tokenId)
      if (kept && isEnough(kept)) return kept
      // Whichever is under way now began after this was asked.
      return (underWay.get(key) ?? begin(key, tenantId, tokenId)).found
    }
    return { found: afterIt(), isSlow: first.isSlow }
  }
  return {
    catchUp: () => {
      follower.catchUp()
    },
    caughtUp: follower.caughtUp,
    known: (tenantId, tokenId) => cache.get(tenantId, tokenId),
    read,
    readOnce,
    late: (tenantId, tokenId) => cache.late(tenantId, tokenId),
    figures: () => ({ entries: cache.size(), bytes: cache.bytes(), misses }),
  }
}
