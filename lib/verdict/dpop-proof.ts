import { compactVerify } from 'jose'
import { z } from 'zod'
import { readCompactJws } from '#lib/keys/compact-jws.ts'
import { importProofKey, PROOF_ALGORITHMS } from '#lib/verdict/proof-key.ts'

/** What a proof says, signed by the key it brings (RFC 9449 §4.2): whether it fits the request is still to be decided. */
export type DPoPProof = {
  /** Of the key that signed it (RFC 7638). */
  readonly thumbprint: string
  readonly jti: string
  readonly htm: string
  readonly htu: string
  readonly iat: number
  readonly exp?: number | undefined
  readonly nbf?: number | undefined
  /** Digest of the access token it came with. */
  readonly ath?: string | undefined
  readonly nonce?: string | undefined
}

/** `typ` of a proof (RFC 9449 §4.2). */
export const PROOF_TYPE = 'dpop+jwt'

// An RSA key of 8192 bits and its signature fit, beside a long URL.
const PROOF_BYTES_MAX = 6 * 1024
const JTI_LENGTH_MAX = 256

const header = z.object({
  typ: z.literal(PROOF_TYPE),
  alg: z.enum(PROOF_ALGORITHMS),
  jwk: z.record(z.string(), z.unknown()),
  // RFC 7515 §4.1.11: no extension is understood here.
  crit: z.never().optional(),
  b64: z.never().optional(),
})

const numericDate = z.number().int().nonnegative()

const payload = z.object({
  jti: z.string().min(1).max(JTI_LENGTH_MAX),
  htm: z.string().min(1),
  htu: z.string().min(1),
  iat: numericDate,
  exp: numericDate.optional(),
  nbf: numericDate.optional(),
  ath: z.string().optional(),
  nonce: z.string().optional(),
})

/**
 * Reads and verifies the value of a DPoP header by the key in it (RFC 9449 §4.3 steps 2 to 7): size and canonical form,
 * type, algorithm, public key, signature, claims. Undefined for anything else, two proofs in one header included.
 */
export const verifyProof = async (text: string): Promise<DPoPProof | undefined> => {
  const jws = readCompactJws(text, PROOF_BYTES_MAX)
  const read = jws && header.safeParse(jws.header())
  const claims = jws && payload.safeParse(jws.claims())
  if (!read?.success || !claims?.success) return undefined
  const { alg, jwk } = read.data
  const named = await importProofKey(alg, jwk)
  if (!named) return undefined
  const verified = await compactVerify(text, named.key, { algorithms: [alg] }).catch(() => undefined)
  return verified && { ...claims.data, thumbprint: named.thumbprint }
}
