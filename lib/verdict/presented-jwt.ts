import { z } from 'zod'
import { readCompactJws } from '#lib/keys/compact-jws.ts'
import type { KeyPurpose } from '#lib/keys/signing-key.ts'
import { ACCESS_JWT_TYPE } from '#lib/tokens/mint-credential.ts'
import { readCanonicalJson } from '#lib/verdict/canonical-json.ts'

/** `typ` of a bearer JWT (RFC 9068 §2.1). */
export const BEARER_JWT_TYPE = 'at+jwt'

/** What the header of a well-formed JWT names: nothing of it is to be believed before the signature is verified. */
export type PresentedJwt = { readonly kid: string; readonly alg: string; readonly purpose: KeyPurpose }

// Exactly our three members: no jwk, jku, x5u, x5c, crit, b64 or zip ever reaches a verifier (RFC 8725 §3.1, §3.5, §3.10).
const header = z.strictObject({
  alg: z.string(),
  kid: z.string().max(64),
  typ: z.enum([BEARER_JWT_TYPE, ACCESS_JWT_TYPE]),
})

/** Reads the header of a compact JWS (RFC 7515 §7.1) of ours: size and canonical form first; undefined for all else. */
export const inspectJwt = (text: string): PresentedJwt | undefined => {
  const jws = readCompactJws(text)
  const parsed = header.safeParse(jws && readCanonicalJson(jws.headerBytes()))
  if (!parsed.success) return undefined
  const { kid, alg, typ } = parsed.data
  return { kid, alg, purpose: typ === BEARER_JWT_TYPE ? 'bearer' : 'access' }
}
