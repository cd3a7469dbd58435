const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BASE = BigInt(DIGITS.length)

/** Bytes, read as one big-endian number, in base62, padded with `0` to a width; throws if they do not fit it. */
export const toBase62 = (bytes: Uint8Array, width: number): string => {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
  let text = ''
  while (rest > 0n) {
    text = DIGITS.charAt(Number(rest % BASE)) + text
    rest /= BASE
  }
  if (text.length > width) throw new RangeError(`${bytes.length} bytes do not fit ${width} base62 characters`)
  return text.padStart(width, '0')
}
