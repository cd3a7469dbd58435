import { LRUCache } from 'lru-cache'
import type { Change, ChangeFeed } from '#lib/changes/change.ts'
import { followFeed } from '#lib/changes/feed-follower.ts'
import type { OAuthStore, StoredClient } from '#lib/oauth/oauth-store.ts'

/** Clients that proved who they are, in memory until the feed tells of a change to their token. */
export type KnownClients = {
  /** Undefined for those that did not prove it lately. */
  known(clientId: string): StoredClient | undefined
  /** Reads a client, known or not; `keep` is for one that then proves who it is. */
  read(clientId: string): Promise<{ readonly client: StoredClient; keep(): void }>
}

type Ports = { readonly oauthStore: Pick<OAuthStore, 'findClient'>; readonly changeFeed: ChangeFeed }

const ENTRIES_MAX = 10_000
// A net under the feed, not its substitute.
const AGE_MS_MAX = 60_000

/** An empty memory of at most 10,000 clients, none older than a minute. Throws as the store and the feed do. */
export const createKnownClients = ({ oauthStore, changeFeed }: Ports): KnownClients => {
  // `tenantId/tokenId`, and a token's id is its client's.
  const clientOf = ({ kind, key }: Change): string | undefined =>
    kind === 'token' ? key.slice(key.indexOf('/') + 1) : undefined
  const clients = new LRUCache<string, StoredClient>({ max: ENTRIES_MAX, ttl: AGE_MS_MAX })
  const follower = followFeed(changeFeed, (change) => {
    const clientId = change && clientOf(change)
    if (!change) clients.clear()
    else if (clientId !== undefined) clients.delete(clientId)
  })
  return {
    known: (clientId) => {
      follower.catchUp()
      return clients.get(clientId)
    },
    read: async (clientId) => {
      const { found, isStillSo } = await follower.read(() => oauthStore.findClient(clientId))
      const keep = () => {
        if (isStillSo((change) => clientOf(change) === clientId)) clients.set(clientId, found)
      }
      return { client: found, keep }
    },
  }
}
