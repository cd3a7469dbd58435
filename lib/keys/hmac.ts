import { type BinaryToTextEncoding, hash } from 'node:crypto'

const BLOCK_BYTES = 64
const DIGEST_BYTES = 32
const TEXT_BYTES_USUAL = 1024

const padded = (key: Uint8Array, pad: number, more: number): Buffer => {
  const block = Buffer.alloc(BLOCK_BYTES + more)
  for (let at = 0; at < BLOCK_BYTES; at += 1) block[at] = (key[at] ?? 0) ^ pad
  return block
}

/**
 * HMAC-SHA256 (RFC 2104 §2) of texts in UTF-8, under one key of at most 64 bytes; throws for a longer one. By two hashes of one
 * shot: what `createHmac` makes for each text and throws away costs more than hashing.
 */
export const createHmacSha256 = (key: Uint8Array): ((text: string, encoding: BinaryToTextEncoding) => string) => {
  if (key.length > BLOCK_BYTES) throw new RangeError(`a key of ${key.length} bytes is longer than ${BLOCK_BYTES}`)
  const usual = padded(key, 0x36, TEXT_BYTES_USUAL)
  const outer = padded(key, 0x5c, DIGEST_BYTES)
  const innerOf = (text: string): Uint8Array => {
    const bytes = Buffer.byteLength(text)
    const inner = bytes > TEXT_BYTES_USUAL ? padded(key, 0x36, bytes) : usual
    inner.write(text, BLOCK_BYTES)
    return inner.subarray(0, BLOCK_BYTES + bytes)
  }
  return (text, encoding) => {
    outer.write(hash('sha256', innerOf(text), 'binary'), BLOCK_BYTES, 'binary')
    return hash('sha256', outer, encoding)
  }
}
