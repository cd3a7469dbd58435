import { type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { rawFromDer } from '#lib/keys/ecdsa-signature.ts'
import type { SigningKey } from '#lib/keys/key-ring.ts'
import type { SigningAlgorithm } from '#lib/keys/signing-key.ts'

const signBytes = promisify<string | null, Buffer, KeyObject, Buffer>(sign)

// RFC 7518 §3.3 (PKCS #1 v1.5 is what an RSA key does unasked) and §3.4, RFC 8037 §3.1. The key goes bare and ECDSA comes
// back in DER: asked for by `dsaEncoding`, the raw form costs node two and a half times as much.
const SIGN: Readonly<Record<SigningAlgorithm, (key: KeyObject, input: Buffer) => Promise<Buffer>>> = {
  ES256: async (key, input) => rawFromDer(await signBytes('sha256', input, key)),
  RS256: (key, input) => signBytes('sha256', input, key),
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
