import type { EnvironmentSettings } from '#lib/access/environment-store.ts'
import type { KeyRing } from '#lib/keys/key-ring.ts'
import { BEARER_LIFETIME_SECONDS_MAX } from '#lib/keys/key-times.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import { signJson } from '#lib/keys/sign-jws.ts'
import { BEARER_JWT_TYPE } from '#lib/verdict/presented-jwt.ts'
import type { Standing } from '#lib/verdict/standing.ts'

/** What a bearer JWT is made of. */
export type Bearer = {
  readonly standing: Standing
  /** The credential it was exchanged for: it ends with it. */
  readonly credentialId: string
  readonly settings: Pick<EnvironmentSettings, 'issuer' | 'bearerLifetimeSeconds'>
  readonly audience: string
  readonly familyId: string
  /** The permissions it is narrowed to; undefined: everything the token may do. */
  readonly scope: readonly string[] | undefined
  /** Of the key it is bound to (RFC 9449 §6.1); undefined: to none. */
  readonly thumbprint?: string | undefined
  readonly now: number
}

/** A signed bearer JWT and for how many seconds it is good. */
export type MintedBearer = { readonly jwt: string; readonly lifetimeSeconds: number }

const BEARER_BYTES_MAX = 6 * 1024
// Header and signature (RS256 at most), and the dots between.
const FRAME_BYTES = 600

const lasting = ({ standing, credentialId, settings, now }: Bearer): number => {
  const ends = [standing.token.expiresAt, standing.credentialEnds.get(credentialId)]
  const left = ends.flatMap((end) => (typeof end === 'number' ? [end - now] : []))
  return Math.min(settings.bearerLifetimeSeconds, BEARER_LIFETIME_SECONDS_MAX, ...left)
}

const claimsOf = (bearer: Bearer, jti: string) => {
  const { standing, credentialId, settings, audience, familyId, scope, thumbprint, now } = bearer
  const { token, user } = standing
  return {
    iss: settings.issuer,
    sub: token.id,
    aud: audience,
    exp: now + lasting(bearer),
    iat: now,
    jti,
    client_id: token.id,
    sid: familyId,
    credentialId,
    ...(thumbprint === undefined ? {} : { cnf: { jkt: thumbprint } }),
    ...(scope ? { scope: scope.join(' ') } : {}),
    type: token.context === 'user' ? 'userApiToken' : 'tenantApiToken',
    tenantId: token.tenantId,
    ...(user ? { userId: user.id, email: user.email } : {}),
    createdByUserId: token.granter.userId,
    roles: standing.roles,
    permissions: [...standing.permissions].filter((key) => !scope || scope.includes(key)),
    metadata: token.metadata,
  }
}

type Claims = ReturnType<typeof claimsOf>

const fits = (json: string): boolean => Math.ceil((Buffer.byteLength(json) * 4) / 3) + FRAME_BYTES <= BEARER_BYTES_MAX

// Many servers take 8 KiB for all headers together. What is left out can be asked of /api/v1/me.
const fittingJson = (claims: Claims): string => {
  const whole = JSON.stringify(claims)
  if (fits(whole)) return whole
  const { metadata: _metadata, ...withoutMetadata } = claims
  const smaller = JSON.stringify(withoutMetadata)
  if (fits(smaller)) return smaller
  const { permissions: _permissions, ...withoutPermissions } = withoutMetadata
  const small = JSON.stringify(withoutPermissions)
  if (fits(small)) return small
  const { roles: _roles, ...smallest } = withoutPermissions
  return JSON.stringify(smallest)
}

/**
 * Signs a bearer JWT (RFC 9068) with the active bearer key: what the token may do at this moment, at most 6 KiB, for
 * the environment's lifetime, a day at most, but never past the end of the token or of the credential it was exchanged for.
 */
export const mintBearer = async (
  { keyRing, randomness }: { readonly keyRing: KeyRing; readonly randomness: Randomness },
  bearer: Bearer,
): Promise<MintedBearer> => {
  await keyRing.catchUp()
  const claims = fittingJson(claimsOf(bearer, randomness.uuid()))
  const jwt = await signJson(keyRing.signing('bearer'), BEARER_JWT_TYPE, claims)
  return { jwt, lifetimeSeconds: lasting(bearer) }
}
