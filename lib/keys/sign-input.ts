import { type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { rawFromDer } from '#lib/keys/ecdsa-signature.ts'
import type { SigningAlgorithm } from '#lib/keys/signing-key.ts'

/** Signs the input of a JWS (RFC 7515 §5.1) with a private key by its own algorithm; answers base64url. */
export type SignInput = (algorithm: SigningAlgorithm, key: KeyObject, input: string) => Promise<string>

const signBeside = promisify<string | null, Buffer, KeyObject, Buffer>(sign)

/** An algorithm of a curve: a signature takes some fifty microseconds, where RSA takes a millisecond. */
export type CurveAlgorithm = Exclude<SigningAlgorithm, 'RS256'>

// RFC 7518 §3.4, RFC 8037 §3.1. The key goes bare and ECDSA comes back in DER: asked for by `dsaEncoding`, the raw form
// costs node two and a half times as much.
const SIGN: Readonly<Record<CurveAlgorithm, (key: KeyObject, input: Buffer) => Buffer>> = {
  ES256: (key, input) => rawFromDer(sign('sha256', input, key)),
  EdDSA: (key, input) => sign(null, input, key),
}

/** A signature of a curve, made in this very thread. */
export const signOnCurve = (algorithm: CurveAlgorithm, key: KeyObject, input: string): string =>
  SIGN[algorithm](key, Buffer.from(input)).toString('base64url')

/** A signature by RSA, made beside the event loop: PKCS #1 v1.5 (RFC 7518 §3.3) is what such a key does unasked. */
export const signByRsa = async (key: KeyObject, input: string): Promise<string> =>
  (await signBeside('sha256', Buffer.from(input), key)).toString('base64url')

/** Signs without a thread of its own: for commands, which answer nobody meanwhile. */
export const signHere: SignInput = async (algorithm, key, input) =>
  algorithm === 'RS256' ? signByRsa(key, input) : signOnCurve(algorithm, key, input)
