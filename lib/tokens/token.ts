import { DAY_SECONDS } from '#lib/time/duration.ts'

/** Whom a token acts for: one user in one tenant, or the tenant itself. */
export type TokenContext = 'user' | 'tenant'

/** How a token is used: exchanged for bearer JWTs, or as it is in `X-API-KEY`. */
export type TokenType = 'client_credentials' | 'access_token'

/** The form a credential of a token has; of `public_jwks` the client alone holds the private half (RFC 7523). */
export type CredentialKind = 'client_secret' | 'access_jwt' | 'public_jwks'

/** Whether exchanges answer with a refresh token: as the environment says, or whatever it says. */
export type RefreshMode = 'default' | 'on' | 'off'

/** How a token's rights are given: all the owner may do, single permissions, or roles. */
export type GrantMode = 'owner' | 'permissions' | 'roles'

/** Why a token was revoked. */
export type RevocationReason = 'by_hand' | 'leaked' | 'member_removed' | 'user_disabled' | 'user_removed' | 'restored'

/** What a token was granted; a listed mode without keys grants nothing. */
export type Grant =
  | { readonly mode: 'owner' }
  | { readonly mode: 'permissions'; readonly permissions: readonly string[] }
  | { readonly mode: 'roles'; readonly roles: readonly string[] }

/** A token as it is stored; times are NumericDates, null where the thing has not happened. */
export type Token = {
  readonly tenantId: string
  /** UUID: `sub` of its JWTs and, for client credentials, the `client_id`. */
  readonly id: string
  readonly context: TokenContext
  readonly type: TokenType
  /** The person a user token acts for; null for tenant tokens. */
  readonly ownerUserId: string | null
  /** Who granted it, with name and level of that moment. */
  readonly granter: { readonly userId: string; readonly name: string; readonly level: number }
  readonly name: string
  readonly description: string
  readonly grant: Grant
  /** Canonical CIDR texts; empty: any address. */
  readonly ipAllowlist: readonly string[]
  readonly metadata: Readonly<Record<string, unknown>>
  readonly createdAt: number
  /** First second at which it is no longer valid; null: never. */
  readonly expiresAt: number | null
  readonly revoked: { readonly at: number; readonly by: string; readonly reason: RevocationReason } | null
  readonly paused: { readonly at: number; readonly by: string; readonly level: number; readonly reason: string } | null
  readonly refreshMode: RefreshMode
  /** Since when its bearer JWTs must be bound to a key of the client (RFC 9449); null: they need not be. */
  readonly dpopRequiredAt: number | null
  /** How many requests a minute its credentials may send together; null: as many as its account may. */
  readonly requestsPerMinute: number | null
  /** Last four characters of its newest credential, for lists. */
  readonly hint: string
  readonly version: number
}

/** What a list shows of a token's life. `expiring` is active, with at most seven days left. */
export type TokenState = 'active' | 'expiring' | 'expired' | 'paused' | 'revoked'

/** How long before its end a token is `expiring`: at so many seconds, and at fewer. */
export const EXPIRING_SECONDS = 7 * DAY_SECONDS

/** The state of a token at a moment: revoked before expired before paused, as the stronger end hides the weaker. */
export const tokenState = (token: Pick<Token, 'revoked' | 'expiresAt' | 'paused'>, now: number): TokenState => {
  if (token.revoked) return 'revoked'
  if (token.expiresAt !== null && token.expiresAt <= now) return 'expired'
  if (token.paused) return 'paused'
  return token.expiresAt !== null && token.expiresAt - now <= EXPIRING_SECONDS ? 'expiring' : 'active'
}
