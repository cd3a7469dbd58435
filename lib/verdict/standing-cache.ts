import { LRUCache } from 'lru-cache'
import type { Change } from '#lib/changes/change.ts'
import type { Standing } from '#lib/verdict/standing.ts'

/** Standings in memory, dropped precisely as the change feed tells. */
export type StandingCache = {
  get(tenantId: string, tokenId: string): Standing | undefined
  /** One that is up to a minute too old to be got, and that no change has dropped: for while nobody can be asked. */
  late(tenantId: string, tokenId: string): Standing | undefined
  set(standing: Standing): void
  /** Drops what a change may have altered; undefined: everything. */
  drop(change: Change | undefined): void
  /** How many are kept. */
  size(): number
}

const ENTRIES_MAX = 50_000
// A net under the feed, not its substitute.
const AGE_MS_MAX = 60_000
const LATE_MS_MAX = 60_000

const keyOf = (tenantId: string, tokenId: string): string => `${tenantId}/${tokenId}`

const dependencies = ({ token: { tenantId, id, ownerUserId } }: Standing): readonly string[] => [
  `token:${keyOf(tenantId, id)}`,
  `tenant:${tenantId}`,
  ...(ownerUserId === null ? [] : [`user:${ownerUserId}`, `member:${tenantId}/${ownerUserId}`]),
]

const dependencyOf = ({ kind, key }: Change): string | undefined => {
  if (kind === 'environment') return undefined
  // Clients that sign off end a family each time: that must cost no other token its place here.
  return kind === 'family' ? `token:${key.split('/', 2).join('/')}` : `${kind}:${key}`
}

/** Whether a change may have altered this standing. */
export const concerns =
  (standing: Standing) =>
  (change: Change): boolean => {
    const dependency = dependencyOf(change)
    return dependency === undefined || dependencies(standing).includes(dependency)
  }

/** An empty cache of at most 50,000 standings, none older than a minute. */
export const createStandingCache = (): StandingCache => {
  const dependents = new Map<string, Set<string>>()
  const forget = (standing: Standing, cacheKey: string) => {
    for (const dependency of dependencies(standing)) {
      const keys = dependents.get(dependency)
      keys?.delete(cacheKey)
      if (keys?.size === 0) dependents.delete(dependency)
    }
  }
  const standings = new LRUCache<string, Standing>({
    max: ENTRIES_MAX,
    ttl: AGE_MS_MAX,
    noDeleteOnStaleGet: true,
    dispose: forget,
  })
  return {
    get: (tenantId, tokenId) => standings.get(keyOf(tenantId, tokenId)),
    late: (tenantId, tokenId) => {
      const key = keyOf(tenantId, tokenId)
      if (standings.getRemainingTTL(key) < -LATE_MS_MAX) return undefined
      return standings.get(key, { allowStale: true })
    },
    set: (standing) => {
      const cacheKey = keyOf(standing.token.tenantId, standing.token.id)
      standings.set(cacheKey, standing)
      for (const dependency of dependencies(standing)) {
        const keys = dependents.get(dependency) ?? new Set()
        dependents.set(dependency, keys.add(cacheKey))
      }
    },
    drop: (change) => {
      const dependency = change && dependencyOf(change)
      if (dependency === undefined) standings.clear()
      else for (const cacheKey of dependents.get(dependency) ?? []) standings.delete(cacheKey)
    },
    size: () => standings.size,
  }
}
