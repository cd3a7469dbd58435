import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Change, ChangeFeed } from '#lib/changes/change.ts'
import { followFeed } from '#lib/changes/feed-follower.ts'
import { MEMORY_AGE } from '#lib/changes/memory-age.ts'
import type { OAuthStore, StoredClient } from '#lib/oauth/oauth-store.ts'

/** Who a client is and by which credential it proved it; whether that credential or its token is good is not said. */
export type ProvenClient = { readonly tenantId: string; readonly tokenId: string; readonly credentialId: string }

/** Clients that proved who they are, in memory until the feed tells of a change to their token. */
export type KnownClients = {
  /** Whom this very secret proved lately; undefined for a client, or a secret, that did not. */
  known(clientId: string, secret: string): Promise<ProvenClient | undefined>
  /** Reads a client, known or not; `keep` is for the secret by which it then proves who it is. */
  read(clientId: string): Promise<{ readonly client: StoredClient; keep(secret: string, proven: ProvenClient): void }>
}

type Ports = { readonly oauthStore: Pick<OAuthStore, 'findClient'>; readonly changeFeed: ChangeFeed }

// Nothing in an entry has a length that anybody chooses: three ids and a digest for each secret, some 800 bytes.
const ENTRIES_MAX = 10_000

// Of a text with 256 random bits: who can find it by its SHA-256 holds it. A third of the cost of an HMAC.
const digest = (secret: string): string => hash('sha256', secret, 'base64')

/** An empty memory of at most 10,000 clients, none older than a minute. Throws as the store and the feed do. */
export const createKnownClients = ({ oauthStore, changeFeed }: Ports): KnownClients => {
  // `tenantId/tokenId`, and a token's id is its client's.
  const clientOf = ({ kind, key }: Change): string | undefined =>
    kind === 'token' ? key.slice(key.indexOf('/') + 1) : undefined
  // By client and by the digest of a secret that was right: as many as a token has secrets at a time.
  const clients = new LRUCache<string, Map<string, ProvenClient>>({ max: ENTRIES_MAX, ...MEMORY_AGE })
  const follower = followFeed(changeFeed, (change) => {
    const clientId = change && clientOf(change)
    if (!change) clients.clear()
    else if (clientId !== undefined) clients.delete(clientId)
  })
  return {
    known: async (clientId, secret) => {
      await follower.caughtUp()
      return clients.get(clientId)?.get(digest(secret))
    },
    read: async (clientId) => {
      const { found, isStillSo } = await follower.read(() => oauthStore.findClient(clientId))
      const keep = (secret: string, proven: ProvenClient) => {
        if (!isStillSo((change) => clientOf(change) === clientId)) return
        const bySecret = clients.get(clientId) ?? new Map<string, ProvenClient>()
        clients.set(clientId, bySecret.set(digest(secret), proven))
      }
      return { client: found, keep }
    },
  }
}
