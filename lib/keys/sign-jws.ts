import { constants, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { SigningKey } from '#lib/keys/key-ring.ts'
import type { SigningAlgorithm } from '#lib/keys/signing-key.ts'

const signBytes = promisify<string | null, Buffer, Parameters<typeof sign>[2], Buffer>(sign)

// RFC 7518 §3.3 and §3.4 (the two numbers of an ECDSA signature side by side, not in DER), RFC 8037 §3.1.
const SIGN: Readonly<Record<SigningAlgorithm, (key: KeyObject, input: Buffer) => Promise<Buffer>>> = {
  ES256: (key, input) => signBytes('sha256', input, { key, dsaEncoding: 'ieee-p1363' }),
  RS256: (key, input) => signBytes('sha256', input, { key, padding: constants.RSA_PKCS1_PADDING }),
  EdDSA: (key, input) => signBytes(null, input, key),
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * Signs claims as a compact JWS (RFC 7515 §7.1) with one of our keys and its own algorithm. `typ` says what it is, so
 * that it is taken for nothing else (RFC 8725 §3.11). The signature is made beside the event loop.
 */
export const signJws = async (
  { kid, algorithm, privateKey }: SigningKey,
  typ: string,
  claims: object,
): Promise<string> => {
  const input = `${encoded({ alg: algorithm, kid, typ })}.${encoded(claims)}`
  const signature = await SIGN[algorithm](privateKey, Buffer.from(input))
  return `${input}.${signature.toString('base64url')}`
}
