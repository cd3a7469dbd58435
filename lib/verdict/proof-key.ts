import { type CryptoKey, calculateJwkThumbprint, importJWK } from 'jose'
import { z } from 'zod'
import { isCanonicalBase64url } from '#lib/keys/compact-jws.ts'

/** The algorithms a proof may be signed with: asymmetric all (RFC 9449 §4.2). */
export const PROOF_ALGORITHMS = ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'PS256', 'RS256'] as const

/** One of them. */
export type ProofAlgorithm = (typeof PROOF_ALGORITHMS)[number]

/** A client's public key, and its thumbprint (RFC 7638, SHA-256): what a bearer JWT is bound to. */
export type ProofKey = { readonly algorithm: ProofAlgorithm; readonly key: CryptoKey; readonly thumbprint: string }

// Another spelling of the same bytes would be another thumbprint of the same key.
const bytes = z.string().refine(isCanonicalBase64url)

const ec = (crv: string) => z.object({ kty: z.literal('EC'), crv: z.literal(crv), x: bytes, y: bytes })
const ed25519 = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: bytes })
// 65537, as every key in use has it: a long exponent makes each verification as dear as a signature.
const rsa = z.object({ kty: z.literal('RSA'), n: bytes, e: z.literal('AQAB') })

// The algorithm decides which key may stand beside it, and nothing but its public members is read (RFC 7518 §6).
const KEY_FOR = {
  ES256: ec('P-256'),
  ES384: ec('P-384'),
  ES512: ec('P-521'),
  EdDSA: ed25519,
  Ed25519: ed25519,
  PS256: rsa,
  RS256: rsa,
} as const

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/**
 * The key that a proof's header names (RFC 9449 §4.3 steps 5 and 7). Undefined for a key that does not go with the
 * algorithm, is too short, lies on no curve, or has a private member: who sends that has told it to others too.
 */
export const importProofKey = async (
  algorithm: ProofAlgorithm,
  jwk: Readonly<Record<string, unknown>>,
): Promise<ProofKey | undefined> => {
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))) return undefined
  const parsed = KEY_FOR[algorithm].safeParse(jwk)
  if (!parsed.success) return undefined
  const key = await importJWK(parsed.data, algorithm).catch(() => undefined)
  if (key === undefined || key instanceof Uint8Array) return undefined
  return { algorithm, key, thumbprint: await calculateJwkThumbprint(parsed.data) }
}
