const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BASE = DIGITS.length
const WORD = 2 ** 32
// As many digits as a remainder may have for it and a word to stay exact in a number: 62³ · 2³² is less than 2⁵³.
const DIGITS_AT_ONCE = 3
const DIVISOR = BASE ** DIGITS_AT_ONCE

const wordsOf = (bytes: Uint8Array): number[] => {
  const count = Math.ceil(bytes.length / 4)
  const padded = Buffer.alloc(count * 4)
  padded.set(bytes, padded.length - bytes.length)
  return Array.from({ length: count }, (_, at) => padded.readUInt32BE(at * 4))
}

// Long division in place; answers the remainder.
const divide = (words: number[]): number => {
  let rest = 0
  for (let at = 0; at < words.length; at += 1) {
    const dividend = rest * WORD + (words[at] ?? 0)
    const quotient = Math.floor(dividend / DIVISOR)
    words[at] = quotient
    // Not by `%`, which is slow beyond 32 bits.
    rest = dividend - quotient * DIVISOR
  }
  return rest
}

const threeDigits = (value: number): string => {
  const last = value % BASE
  const others = (value - last) / BASE
  const middle = others % BASE
  return DIGITS.charAt((others - middle) / BASE) + DIGITS.charAt(middle) + DIGITS.charAt(last)
}

/** Bytes, read as one big-endian number, in base62, padded with `0` to a width; throws if they do not fit it. */
export const toBase62 = (bytes: Uint8Array, width: number): string => {
  const words = wordsOf(bytes)
  let text = ''
  while (text.length < width) {
    text = threeDigits(divide(words)) + text
  }
  const [over, fitting] = [text.slice(0, -width), text.slice(-width)]
  if (words.some((word) => word > 0) || /[^0]/.test(over))
    throw new RangeError(`${bytes.length} bytes do not fit ${width} base62 characters`)
  return fitting
}
