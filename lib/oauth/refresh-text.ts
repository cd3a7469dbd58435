import { toBase62 } from '#lib/keys/base62.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { SecretRing, StoredDigest } from '#lib/keys/secret-ring.ts'
import { formatSecret, isSecretText, sealSecret } from '#lib/keys/secret-text.ts'
import type { StoredRefresh } from '#lib/oauth/refresh-token.ts'

// A refresh token begins with the moment it was made at, and so does its digest: whoever stores digests finds the place of the
// next one where the last one went. A random one costs a page of its own, of which there are as many as refresh tokens.
const STAMP_WIDTH = 8
const REST_WIDTH = 35
// What 35 characters of base62 hold.
const REST_BYTES = 26
const SALT_BYTES = 16
const STAMP_START = 'lkr_'.length

const MILLISECONDS_BYTES = 6

const stampOf = (milliseconds: Buffer): string => toBase62(milliseconds, STAMP_WIDTH)

// The milliseconds of a UUID that grows with time (RFC 9562 §5.7).
const takeStamp = ({ orderedUuid }: Randomness): string => {
  const uuid = orderedUuid()
  return stampOf(Buffer.from(`${uuid.slice(0, 8)}${uuid.slice(9, 13)}`, 'hex'))
}

/** Below the digests of all refresh tokens that are made from a second on (NumericDate), and above those made before. */
export const digestsFrom = (at: number): string => {
  const milliseconds = Buffer.alloc(MILLISECONDS_BYTES)
  milliseconds.writeUIntBE(at * 1000, 0, MILLISECONDS_BYTES)
  return stampOf(milliseconds)
}

const formatStamped = (stamp: string, rest: Uint8Array): string =>
  sealSecret('lkr_', `${stamp}${toBase62(rest.subarray(0, REST_BYTES), REST_WIDTH)}`)

/** The text of the first refresh token of a family: `lkr_`, its millisecond, 208 random bits, and a checksum. */
export const firstText = (randomness: Randomness): string =>
  formatStamped(takeStamp(randomness), randomness.bytes(REST_BYTES))

/** What the text of a successor is derived with, besides its predecessor's: its millisecond and 128 random bits. */
export const drawSalt = (randomness: Randomness): string =>
  `${takeStamp(randomness)}${Buffer.from(randomness.bytes(SALT_BYTES)).toString('base64url')}`

/**
 * The text of a successor: recomputable from what the client holds and what the row holds, and from neither alone. Throws
 * UnknownSecret.
 */
export const successorText = (
  ring: SecretRing,
  predecessor: string,
  { salt, secretId }: Pick<StoredRefresh, 'salt' | 'secretId'>,
): string => {
  const derived = ring.derive('refresh-successor', `${predecessor}\n${salt ?? ''}`, secretId)
  // Salts of earlier versions had no stamp, and their successors do not either.
  const hasStamp = salt !== null && Buffer.from(salt.slice(STAMP_WIDTH), 'base64url').length === SALT_BYTES
  return hasStamp ? formatStamped(salt.slice(0, STAMP_WIDTH), derived) : formatSecret('lkr_', derived)
}

const stampIn = (text: string): string => text.slice(STAMP_START, STAMP_START + STAMP_WIDTH)

/** The digest under which a refresh token is stored; it grows as the texts do. */
export const refreshDigest = (ring: SecretRing, text: string): StoredDigest => {
  const { digest, secretId } = ring.digest('refresh-token', text)
  return { digest: `${stampIn(text)}${digest}`, secretId }
}

/**
 * The digests under which a presented text may be stored, the likeliest first: under each secret of the ring, and as earlier
 * versions stored them, without a stamp. None for what has not the form of a refresh token.
 */
export const refreshDigests = (ring: SecretRing, text: string): readonly string[] => {
  if (!isSecretText('lkr_', text)) return []
  const digests = ring.digests('refresh-token', text)
  return [...digests.map((digest) => `${stampIn(text)}${digest}`), ...digests]
}
