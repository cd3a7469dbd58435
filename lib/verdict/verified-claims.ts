import { z } from 'zod'
import type { EnvironmentSettings } from '#lib/access/environment-store.ts'
import type { KeyRing } from '#lib/keys/key-ring.ts'
import type { KeyPurpose } from '#lib/keys/signing-key.ts'
import { verifyJws } from '#lib/keys/verify-jws.ts'
import { readCanonicalJson } from '#lib/verdict/canonical-json.ts'
import { inspectJwt } from '#lib/verdict/presented-jwt.ts'

/** What a JWT of ours says: where to find its row. The row, never the claim, says context, owner and rights (rule 9). */
export type VerifiedClaims = {
  readonly purpose: KeyPurpose
  readonly tenantId: string
  readonly tokenId: string
  /** `jti`; of an access JWT it is the id of its credential. */
  readonly id: string
  readonly issuer: string
  readonly audience: string
  readonly issuedAt: number
  /** First second at which the JWT itself is no longer good; undefined: only its row ends it. */
  readonly expiresAt: number | undefined
  /** First second at which it may be used. */
  readonly notBefore: number
  /** The credential a bearer JWT was exchanged for; undefined in one that says none. */
  readonly credentialId: string | undefined
  /** Refresh family of a bearer JWT. */
  readonly familyId: string | undefined
  /** Permissions a bearer JWT was narrowed to. */
  readonly scope: readonly string[] | undefined
  /** Thumbprint of the key a bearer JWT is bound to (RFC 9449 §6.1): it is good with a proof of that key alone. */
  readonly thumbprint: string | undefined
}

// PostgreSQL has no text with a NUL in it, and no id of ours has one.
const id = z.string().regex(/^[^\0]+$/)
const numericDate = z.number().int().nonnegative()

const payload = z.object({
  iss: z.string(),
  sub: id,
  aud: z.string(),
  jti: id,
  iat: numericDate,
  exp: numericDate.optional(),
  nbf: numericDate.optional(),
  tenantId: id,
  sid: z.string().optional(),
  credentialId: z.string().optional(),
  scope: z.string().optional(),
  cnf: z.strictObject({ jkt: z.string().min(1) }).optional(),
})

/** Which `iss` and `aud` are ours at present. */
export type AcceptedNames = { readonly issuers: ReadonlySet<string>; readonly audiences: ReadonlySet<string> }

/** The names that the environment's settings accept. */
export const acceptedNames = ({ issuer, formerIssuers, audiences }: EnvironmentSettings): AcceptedNames => ({
  issuers: new Set([issuer, ...formerIssuers]),
  audiences: new Set(audiences),
})

const CLOCK_SKEW_SECONDS = 60

const verifiedPayload = async (keyRing: KeyRing, text: string) => {
  const presented = inspectJwt(text)
  const key = presented && keyRing.verifying(presented.kid)
  // The algorithm and the purpose are that key's own, whatever the header says (RFC 8725 §3.1).
  if (!key || key.algorithm !== presented.alg || key.purpose !== presented.purpose) return undefined
  const verified = await verifyJws(key, text)
  if (!verified) return undefined
  const parsed = payload.safeParse(readCanonicalJson(verified))
  return parsed.success ? { purpose: key.purpose, ...parsed.data } : undefined
}

/**
 * Verifies a JWT of ours: form, signature by a key of ours with that key's algorithm and purpose, issuer, audience.
 * Undefined for anything else. Its times are the caller's to compare, each time it is used.
 */
export const verifyClaims = async (
  keyRing: KeyRing,
  { issuers, audiences }: AcceptedNames,
  text: string,
): Promise<VerifiedClaims | undefined> => {
  const claims = await verifiedPayload(keyRing, text)
  if (!claims || !issuers.has(claims.iss) || !audiences.has(claims.aud)) return undefined
  // RFC 9068 §2.2: a bearer JWT has an end; and without a family no revocation of one would reach it.
  if (claims.purpose === 'bearer' && (claims.exp === undefined || claims.sid === undefined)) return undefined
  return {
    purpose: claims.purpose,
    tenantId: claims.tenantId,
    tokenId: claims.sub,
    id: claims.jti,
    issuer: claims.iss,
    audience: claims.aud,
    issuedAt: claims.iat,
    expiresAt: claims.exp,
    notBefore: Math.max(claims.nbf ?? 0, claims.iat - CLOCK_SKEW_SECONDS),
    credentialId: claims.credentialId,
    familyId: claims.sid,
    scope: claims.scope?.split(' '),
    thumbprint: claims.cnf?.jkt,
  }
}
