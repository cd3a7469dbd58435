import type { RightsVersions } from '#lib/access/rights.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { CredentialKind, Token, TokenContext, TokenState, TokenType } from '#lib/tokens/token.ts'

/** One secret or one JWT of a token, as it is stored. */
export type Credential = {
  /** UUID; the `jti` of an access JWT. */
  readonly id: string
  readonly kind: CredentialKind
  /** Digest of a client secret and the secret it was made under; null for JWTs. */
  readonly digest: string | null
  readonly secretId: string | null
  /** The key that signed a JWT; null for secrets. */
  readonly kid: string | null
  /** JSON of a JWK Set (RFC 7517 §5), public members only; null for secrets and JWTs. */
  readonly publicJwks: string | null
  readonly createdAt: number
  /** First second at which it is no longer good; null: it ends with its token. */
  readonly endsAt: number | null
}

/** Where and when a token was last used. */
export type LastUse = { readonly at: number; readonly address: string | null; readonly agent: string | null }

/** How often a token was accepted and refused on one UTC day, named by its first second. */
export type DailyUse = { readonly day: number; readonly accepted: number; readonly refused: number }

/** How often a token was accepted and refused where this permission was asked for, and on which UTC day last. */
export type PermissionUse = {
  readonly permission: string
  readonly accepted: number
  readonly refused: number
  readonly lastDay: number
}

/** A token as a list shows it. */
export type ListedToken = {
  readonly token: Token
  readonly lastUsedAt: number | null
  readonly ownerName: string | null
}

/** Which tokens of a tenant to list, newest first. */
export type TokenQuery = {
  readonly tenantId: string
  readonly context: TokenContext
  /** Only tokens this person owns. */
  readonly ownerUserId?: string
  readonly type?: TokenType
  /** Empty: every state. */
  readonly states: readonly TokenState[]
  /** Looked for in name and description, whatever the case. Empty: no search. */
  readonly search: string
  /** At most 200. */
  readonly limit: number
  /** Continue below this token. */
  readonly below?: { readonly createdAt: number; readonly id: string }
  /** NumericDate at which states are judged. */
  readonly now: number
}

/** What every change of a token carries: its place in time, the rights it stood on, and its record. */
export type TokenChange = { readonly versions: RightsVersions; readonly event: AuditEvent }

/** Why a token was not issued. */
export type IssueOutcome =
  | { readonly outcome: 'issued' }
  | { readonly outcome: 'repeated'; readonly tokenId: string }
  | { readonly outcome: 'too_many' }
  /** By another rotation, of the credential that this one was to replace. */
  | { readonly outcome: 'replaced' }

/** A token to be issued, whole. */
export type NewToken = {
  readonly token: Token
  readonly credential: Credential
  /** Set when the request carried a key that makes it repeatable. */
  readonly idempotencyKey: string | undefined
  /** Active tokens the owner (user tokens) or the tenant (tenant tokens) may have, this one included. */
  readonly tokensMax: number
}

/** How many credentials that have ended are kept of a token: those that ended last. */
export const ENDED_CREDENTIALS_MAX = 20

/** A new credential for a token, and when the former one ends. */
export type Rotation = {
  /** With its new hint and end, and the version that was read. */
  readonly token: Token
  readonly credential: Credential
  readonly formerEndsAt: number
  /** Id of the credential that it is to replace; undefined: whichever is current. */
  readonly replaces: string | undefined
  readonly idempotencyKey: string | undefined
}

/**
 * Where tokens live. Every method is confined to one tenant. Changes are all or nothing with their audit event and
 * their row in the change feed; each throws StaleDecision if the rights or the token changed since the decision.
 */
export type TokenStore = {
  find(tenantId: string, tokenId: string): Promise<Token | undefined>
  /** The credentials of a token, newest first: those that are good, and the 20 that ended last. */
  credentials(tenantId: string, tokenId: string): Promise<readonly Credential[]>
  lastUse(tenantId: string, tokenId: string): Promise<LastUse | undefined>
  /** The days with use among the last 30, oldest first. */
  dailyUse(tenantId: string, tokenId: string, now: number): Promise<readonly DailyUse[]>
  /** The permissions that were asked for within the last 30 days, by their keys. */
  permissionUse(tenantId: string, tokenId: string, now: number): Promise<readonly PermissionUse[]>
  list(query: TokenQuery): Promise<readonly ListedToken[]>
  issue(issued: NewToken, change: TokenChange): Promise<IssueOutcome>
  /** Replaces name, description, grant, IP allowlist, metadata, pause and revocation of the version that was read. */
  save(token: Token, change: TokenChange): Promise<void>
  /**
   * Adds a credential; the current one ends at `formerEndsAt`, those in an overlap already end now. Without an overlap
   * every refresh token and bearer JWT of the token ends as well. Nothing is done where another than `replaces` is current.
   * Of the ended ones but 20 are forgotten.
   */
  addCredential(rotated: Rotation, change: TokenChange): Promise<IssueOutcome>
}
