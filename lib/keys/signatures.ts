import { type KeyObject, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { derFromRaw, rawFromDer } from '#lib/keys/ecdsa-signature.ts'
import type { SigningAlgorithm } from '#lib/keys/signing-key.ts'

/** Makes and checks signatures of JWS inputs (RFC 7515 §5), each by its key's own algorithm; in base64url. */
export type Signatures = {
  /** With a private key. */
  sign(algorithm: SigningAlgorithm, key: KeyObject, input: string): Promise<string>
  /** With a public key; false for whatever is no signature of it. */
  verify(algorithm: SigningAlgorithm, key: KeyObject, input: string, signature: string): Promise<boolean>
}

/** An algorithm of a curve: a signature takes some fifty microseconds, where RSA takes a millisecond. */
export type CurveAlgorithm = Exclude<SigningAlgorithm, 'RS256'>

const fromBase64url = (text: string): Buffer => Buffer.from(text, 'base64url')

type OnCurve = {
  readonly sign: (key: KeyObject, input: Buffer) => Buffer
  readonly verify: (key: KeyObject, input: Buffer, signature: Buffer) => boolean
}

// RFC 7518 §3.4, RFC 8037 §3.1. The key goes bare and ECDSA goes in DER: with `dsaEncoding` node takes the curve's group out
// of the key each time, which costs more than the signature.
const ON_CURVE: Readonly<Record<CurveAlgorithm, OnCurve>> = {
  ES256: {
    sign: (key, input) => rawFromDer(sign('sha256', input, key)),
    verify: (key, input, signature) => {
      const der = derFromRaw(signature)
      return der !== undefined && verify('sha256', input, key, der)
    },
  },
  EdDSA: {
    sign: (key, input) => sign(null, input, key),
    verify: (key, input, signature) => verify(null, input, key, signature),
  },
}

/** A signature of a curve, made in this very thread. */
export const signOnCurve = (algorithm: CurveAlgorithm, key: KeyObject, input: string): string =>
  ON_CURVE[algorithm].sign(key, Buffer.from(input)).toString('base64url')

/** Whether it is one of this key, found out in this very thread. */
export const verifyOnCurve = (algorithm: CurveAlgorithm, key: KeyObject, input: string, signature: string): boolean => {
  try {
    return ON_CURVE[algorithm].verify(key, Buffer.from(input), fromBase64url(signature))
  } catch {
    return false
  }
}

const signBeside = promisify<string | null, Buffer, KeyObject, Buffer>(sign)
const verifyBeside = promisify<string | null, Buffer, KeyObject, Buffer, boolean>(verify)

/** RSA, beside the event loop: PKCS #1 v1.5 (RFC 7518 §3.3) is what such a key does unasked. */
export const byRsa = {
  sign: async (key: KeyObject, input: string): Promise<string> =>
    (await signBeside('sha256', Buffer.from(input), key)).toString('base64url'),
  verify: (key: KeyObject, input: string, signature: string): Promise<boolean> =>
    verifyBeside('sha256', Buffer.from(input), key, fromBase64url(signature)).catch(() => false),
}

/** Signatures without a thread of their own: for commands, which answer nobody meanwhile. */
export const signaturesHere: Signatures = {
  sign: async (algorithm, key, input) =>
    algorithm === 'RS256' ? byRsa.sign(key, input) : signOnCurve(algorithm, key, input),
  verify: async (algorithm, key, input, signature) =>
    algorithm === 'RS256' ? byRsa.verify(key, input, signature) : verifyOnCurve(algorithm, key, input, signature),
}
