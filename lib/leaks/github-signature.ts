import { type KeyObject, verify } from 'node:crypto'

/** What GitHub says of the body, in `Github-Public-Key-Identifier` and `Github-Public-Key-Signature`. */
export type GithubSignature = { readonly keyId: string | undefined; readonly signature: string | undefined }

// DER of two numbers of 32 bytes is at most 72 bytes, in base64 at most 96 characters.
const BASE64 = /^[A-Za-z0-9+/]{8,96}={0,2}$/

/** The signature's bytes; undefined for what can be none. */
export const signatureBytes = (text: string | undefined): Buffer | undefined =>
  text !== undefined && BASE64.test(text) ? Buffer.from(text, 'base64') : undefined

/**
 * Whether a key signed these very bytes (ECDSA P-256 over SHA-256, DER): the body as it came, never as it would be
 * written again, since the same JSON has many spellings.
 */
export const isSigned = (body: Uint8Array, key: KeyObject, signature: Uint8Array): boolean =>
  verify('sha256', body, { key, dsaEncoding: 'der' }, signature)
