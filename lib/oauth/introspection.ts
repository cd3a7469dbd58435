import { REFRESH_LIFETIME_SECONDS, type StoredRefresh } from '#lib/oauth/refresh-token.ts'
import type { Standing } from '#lib/verdict/standing.ts'
import type { Inspection } from '#lib/verdict/validate.ts'

/** What a client is told of a token that is good now (RFC 7662 §2.2); times are NumericDates. */
export type ActiveToken = {
  readonly active: true
  /** What it may do now, within what it was narrowed to; left out where that is nothing. */
  readonly scope?: string
  readonly client_id: string
  /** E-mail address of the person it acts for. */
  readonly username?: string
  /** `Bearer` or, bound to a key, `DPoP` for a bearer JWT; `N_A` (RFC 8693 §2.2.1) for what no `Authorization` takes. */
  readonly token_type: 'Bearer' | 'DPoP' | 'N_A'
  /** The key it is bound to (RFC 9449 §6.2): whoever asks holds the proof against it. */
  readonly cnf?: { readonly jkt: string }
  /** Left out where nothing but a person ends it. */
  readonly exp?: number
  readonly iat: number
  readonly sub: string
  readonly aud: string
  readonly iss: string
  readonly jti?: string
  readonly tenantId: string
  readonly type: 'userApiToken' | 'tenantApiToken' | 'userAccessToken' | 'tenantAccessToken'
}

/** An answer of the introspection endpoint. */
export type Introspection = ActiveToken | { readonly active: false }

/** What is said of everything else, whatever the reason (RFC 7662 §2.2). */
export const INACTIVE: Introspection = { active: false }

type Ends = readonly (number | null | undefined)[]

const earliest = (ends: Ends): { readonly exp?: number } => {
  const set = ends.filter((end) => typeof end === 'number')
  return set.length === 0 ? {} : { exp: Math.min(...set) }
}

const scopeWithin = ({ permissions }: Standing, scope: readonly string[] | undefined): { readonly scope?: string } => {
  const held = [...permissions].filter((key) => !scope || scope.includes(key))
  return held.length === 0 ? {} : { scope: held.join(' ') }
}

// The row, never the claim (rule 9).
const ofToken = ({ token, user }: Standing) => ({
  client_id: token.id,
  ...(user ? { username: user.email } : {}),
  sub: token.id,
  tenantId: token.tenantId,
})

const bindingOf = ({ purpose, thumbprint }: Inspection['claims']): Pick<ActiveToken, 'token_type' | 'cnf'> => {
  if (thumbprint !== undefined) return { token_type: 'DPoP', cnf: { jkt: thumbprint } }
  return { token_type: purpose === 'bearer' ? 'Bearer' : 'N_A' }
}

/** Describes a JWT that is good now, by its token's row; its own claims say only which JWT it is. */
export const describeJwt = ({ claims, standing }: Inspection): ActiveToken => {
  const { token, credentialEnds } = standing
  const isBearer = claims.purpose === 'bearer'
  return {
    active: true,
    ...scopeWithin(standing, claims.scope),
    ...ofToken(standing),
    ...bindingOf(claims),
    ...earliest([
      claims.expiresAt,
      token.expiresAt,
      credentialEnds.get((isBearer ? claims.credentialId : claims.id) ?? ''),
    ]),
    iat: claims.issuedAt,
    aud: claims.audience,
    iss: claims.issuer,
    jti: claims.id,
    type: isBearer ? `${token.context}ApiToken` : `${token.context}AccessToken`,
  }
}

/** Describes a refresh token that is good now, of a client that is. */
export const describeRefresh = (standing: Standing, refresh: StoredRefresh, issuer: string): ActiveToken => ({
  active: true,
  ...scopeWithin(standing, refresh.scope?.split(' ')),
  ...ofToken(standing),
  token_type: 'N_A',
  ...earliest([refresh.createdAt + REFRESH_LIFETIME_SECONDS, standing.token.expiresAt]),
  iat: refresh.createdAt,
  aud: refresh.audience,
  iss: issuer,
  type: `${standing.token.context}ApiToken`,
})
