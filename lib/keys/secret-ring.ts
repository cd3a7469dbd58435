import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { createHmacSha256 } from '#lib/keys/hmac.ts'

/** What a derived key is for; each label has a key of its own, so that no digest serves two ends. */
export type SecretUse =
  | 'client-secret'
  | 'refresh-token'
  | 'refresh-successor'
  | 'session'
  | 'cookie'
  | 'mail-link'
  | 'mail-code'
  | 'mail-browser'
  | 'known-browser'
  | 'guess-bucket'
  | 'setup-link'
  | 'calendar'
  | 'signing-key'
  | 'dpop-nonce'

/** A digest and the secret under which it was made. */
export type StoredDigest = { readonly digest: string; readonly secretId: string }

/** Everything the environment's secret is used for. Index 0 of the ring is current, the others only read. */
export type SecretRing = {
  readonly currentId: string
  /** The ids of every secret in the ring. */
  readonly ids: readonly string[]
  /** HMAC-SHA256 of a text under the current secret, base64url. */
  digest(use: SecretUse, text: string): StoredDigest
  /** The digests a text has under each secret of the ring, current first: what a look-up by digest searches. */
  digests(use: SecretUse, text: string): readonly string[]
  /**
   * Whether a text has the stored digest, compared in constant time; false for an unknown secret id, and for another
   * spelling of the digest than the one `digest` answers.
   */
  matches(use: SecretUse, text: string, stored: StoredDigest): boolean
  /** 32 bytes that only this ring can make from a text; `secretId` says under which secret. Throws UnknownSecret. */
  derive(use: SecretUse, text: string, secretId: string): Uint8Array
  /** Encrypts with AES-256-GCM under the current secret; `context` must be the same to open it again. */
  seal(use: SecretUse, context: string, plaintext: string): { readonly sealed: string; readonly secretId: string }
  /** Opens what `seal` made; throws UnknownSecret, or another error if text or context were changed. */
  open(use: SecretUse, context: string, stored: { readonly sealed: string; readonly secretId: string }): string
}

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** The public name of a secret: eight characters that say nothing about it. */
export const secretIdOf = (secret: string): string =>
  createHash('sha256').update('latchkey secret id\n').update(secret).digest('base64url').slice(0, 8)

type Derived = { readonly hmac: ReturnType<typeof createHmacSha256>; readonly sealing: KeyObject }

const deriver = (secret: string) => {
  const derived = new Map<SecretUse, Derived>()
  return (use: SecretUse): Derived => {
    const known = derived.get(use)
    if (known) return known
    // RFC 5869: the label is the info, so that each use has an independent key.
    const key = Buffer.from(hkdfSync('sha256', secret, 'latchkey', use, KEY_BYTES))
    const made = { hmac: createHmacSha256(key), sealing: createSecretKey(key) }
    derived.set(use, made)
    return made
  }
}

const sealWith = (key: KeyObject, context: string, plaintext: string): string => {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
}

const openWith = (key: KeyObject, context: string, sealed: string): string => {
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
}

/** Something stored was made under a secret that the ring does not hold; stops the start. */
export class UnknownSecret extends Error {
  override readonly name = 'UnknownSecret'
  readonly secretId: string

  constructor(secretId: string) {
    super(`no secret with the id ${secretId}`)
    this.secretId = secretId
  }
}

/** Builds the ring from LATCHKEY_SECRET's values, current first; needs at least one. */
export const createSecretRing = (secrets: readonly [string, ...string[]]): SecretRing => {
  const ring = new Map(secrets.map((secret) => [secretIdOf(secret), deriver(secret)]))
  const currentId = secretIdOf(secrets[0])
  const keyOf = (use: SecretUse, secretId: string): Derived => {
    const derive = ring.get(secretId)
    if (!derive) throw new UnknownSecret(secretId)
    return derive(use)
  }
  return {
    currentId,
    ids: [...ring.keys()],
    digest: (use, text) => ({ digest: keyOf(use, currentId).hmac(text, 'base64url'), secretId: currentId }),
    digests: (use, text) => [...ring.values()].map((derive) => derive(use).hmac(text, 'base64url')),
    matches: (use, text, { digest, secretId }) => {
      const derive = ring.get(secretId)
      if (!derive) return false
      // As texts: decoders read several spellings as the same bytes, and some digests come from cookies (rule 9).
      const expected = Buffer.from(digest)
      const actual = Buffer.from(derive(use).hmac(text, 'base64url'))
      return expected.length === actual.length && timingSafeEqual(expected, actual)
    },
    derive: (use, text, secretId) => Buffer.from(keyOf(use, secretId).hmac(text, 'binary'), 'binary'),
    seal: (use, context, plaintext) => ({
      sealed: sealWith(keyOf(use, currentId).sealing, context, plaintext),
      secretId: currentId,
    }),
    open: (use, context, { sealed, secretId }) => openWith(keyOf(use, secretId).sealing, context, sealed),
  }
}
