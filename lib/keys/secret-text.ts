import { crc32 } from 'node:zlib'
import { toBase62 } from '#lib/keys/base62.ts'

/** The kinds of opaque secrets: `lks_` a client secret, `lkr_` a refresh token, `lkc_` a calendar's. */
export type SecretPrefix = 'lks_' | 'lkr_' | 'lkc_'

const SECRET_BYTES = 32
const SECRET_WIDTH = 43
const CHECK_WIDTH = 6

const checksum = (text: string): string => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(text))
  return toBase62(bytes, CHECK_WIDTH)
}

/** A secret whose 43 base62 characters are given: prefix and checksum around them. Throws where there are more or fewer. */
export const sealSecret = (prefix: SecretPrefix, body: string): string => {
  if (body.length !== SECRET_WIDTH) throw new RangeError(`a secret has ${SECRET_WIDTH} characters, not ${body.length}`)
  const text = `${prefix}${body}`
  return `${text}${checksum(text)}`
}

/**
 * A secret as its holder sees it: prefix, 43 base62 characters (256 bits), 6 of CRC-32 over all before them, so that a
 * scanner knows a real one without a database. Throws unless given 32 bytes.
 */
export const formatSecret = (prefix: SecretPrefix, bytes: Uint8Array): string => {
  if (bytes.length !== SECRET_BYTES) throw new RangeError(`a secret has ${SECRET_BYTES} bytes, not ${bytes.length}`)
  return sealSecret(prefix, toBase62(bytes, SECRET_WIDTH))
}

const SHAPE = new RegExp(`^lk[src]_[0-9A-Za-z]{${SECRET_WIDTH + CHECK_WIDTH}}$`)

/** Whether a text has the form of a secret of this kind, its checksum included. */
export const isSecretText = (prefix: SecretPrefix, text: string): boolean =>
  text.startsWith(prefix) && SHAPE.test(text) && checksum(text.slice(0, -CHECK_WIDTH)) === text.slice(-CHECK_WIDTH)

/**
 * The form of a secret of this kind as a regular expression without anchors, in what RE2 and JavaScript have in common.
 * The highest CRC-32 is `4gfFC3` in base62, so its first character is one of five.
 */
export const secretPattern = (prefix: SecretPrefix): string =>
  `${prefix}[0-9A-Za-z]{${SECRET_WIDTH}}[0-4][0-9A-Za-z]{${CHECK_WIDTH - 1}}`
