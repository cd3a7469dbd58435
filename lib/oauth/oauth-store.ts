import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { PublicKeySet } from '#lib/keys/public-key-set.ts'
import type { Family, StoredRefresh } from '#lib/oauth/refresh-token.ts'

/** A client secret as it is stored. */
export type StoredClientSecret = {
  /** Id of its credential. */
  readonly id: string
  readonly digest: string
  /** First second at which it is no longer good; null: it ends with its token. */
  readonly endsAt: number | null
}

/** Public keys that a client registered, as they are stored. */
export type StoredClientKeys = Pick<StoredClientSecret, 'id' | 'endsAt'> & { readonly keySet: PublicKeySet }

/** A client by its `client_id`: where its token lives and how it may prove who it is; what ends last comes first. */
export type StoredClient = {
  readonly tenantId: string
  readonly tokenId: string
  readonly secrets: readonly StoredClientSecret[]
  readonly keySets: readonly StoredClientKeys[]
}

/** A refresh token to be stored; its sequence is the next of its token. */
export type NewRefresh = Pick<StoredRefresh, 'familyId' | 'scope' | 'audience' | 'salt' | 'secretId' | 'createdAt'> & {
  readonly digest: string
}

/** A token in the version on which a decision stood. */
export type DecidedToken = { readonly tenantId: string; readonly id: string; readonly version: number }

/**
 * Where refresh tokens live. Changes are all or nothing with their audit event. Those that add a refresh token take the
 * next sequence of the token first, which locks it; they throw StaleDecision if the token changed since it was read, is
 * revoked or paused. The same list forgets what expired, now and then. At most 100 of a token are active: the list that starts
 * a family ends the oldest beyond them; a rotation adds one in the place of another.
 */
export type OAuthStore = {
  /** By `client_id`, whatever the tenant. An unknown one has neither secrets nor keys, and costs the same reads as a known one. */
  findClient(clientId: string): Promise<StoredClient>
  /** By the digests its text has under each secret, within a tenant. */
  findRefresh(tenantId: string, digests: readonly string[]): Promise<StoredRefresh | undefined>
  findSuccessor(predecessor: StoredRefresh): Promise<StoredRefresh | undefined>
  /** Adds the first refresh token of a family, and answers it as it was stored. */
  startFamily(token: DecidedToken, refresh: NewRefresh, event: AuditEvent): Promise<StoredRefresh>
  /** Records an exchange that adds no refresh token; throws StaleDecision as those that do. */
  recordExchange(token: DecidedToken, event: AuditEvent): Promise<void>
  /**
   * Uses a refresh token up and adds its successor, which it answers as it was stored; undefined, and nothing done, if it was
   * used or ended meanwhile, whatever the caller knew of it.
   */
  rotate(
    token: DecidedToken,
    used: StoredRefresh,
    successor: NewRefresh,
    event: AuditEvent,
  ): Promise<StoredRefresh | undefined>
  /**
   * Ends every refresh token of a family and tells the change feed, so that its bearer JWTs are refused from then on.
   * Ending it again does nothing. A rotation at the same moment is ended as well, or finds its refresh token ended.
   */
  endFamily(family: Family, reason: 'theft' | 'revoked', event: AuditEvent): Promise<void>
  /**
   * Forgets the refresh tokens that were made up to a moment (NumericDate), of all clients, as far as their digests stand
   * below one.
   */
  purge(expired: { readonly createdUntil: number; readonly digestsBelow: string }): Promise<void>
  /** Records what changed nothing else. */
  record(event: AuditEvent): Promise<void>
}
