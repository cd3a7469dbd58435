import { LRUCache } from 'lru-cache'
import type { StoredRefresh } from '#lib/oauth/refresh-token.ts'

/**
 * Refresh tokens as this process has just stored them: most come back to whoever gave them out. What became of one since is
 * not known here, so a decision on it must be guarded by the write that carries it out, as a rotation is.
 */
export type RecentRefreshes = {
  keep(digest: string, refresh: StoredRefresh): void
  /** A kept one of the tenant, once: whoever asks again is told to ask the store. */
  take(tenantId: string, digests: readonly string[]): StoredRefresh | undefined
}

// Some 10 MB at worst.
const ENTRIES_MAX = 10_000

/** An empty memory of at most 10,000. */
export const createRecentRefreshes = (): RecentRefreshes => {
  const recent = new LRUCache<string, StoredRefresh>({ max: ENTRIES_MAX })
  return {
    keep: (digest, refresh) => {
      recent.set(digest, refresh)
    },
    take: (tenantId, digests) => {
      for (const digest of digests) {
        const found = recent.get(digest)
        if (found?.tenantId !== tenantId) continue
        recent.delete(digest)
        return found
      }
      return undefined
    },
  }
}
