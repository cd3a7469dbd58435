const DIGITS = Buffer.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')
const BASE = DIGITS.length
const WORD = 2 ** 32
// As many digits as a remainder may have for it and a word to stay exact in a number: 62³ · 2³² is less than 2⁵³.
const DIGITS_AT_ONCE = 3
const DIVISOR = BASE ** DIGITS_AT_ONCE

const wordsOf = (bytes: Uint8Array): number[] => {
  const words: number[] = []
  let word = 0
  for (let at = 0; at < bytes.length; at += 1) {
    word = word * 256 + (bytes[at] ?? 0)
    const isLastOfWord = (bytes.length - at) % 4 === 1
    if (!isLastOfWord) continue
    words.push(word)
    word = 0
  }
  return words
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

/** Bytes, read as one big-endian number, in base62, padded with `0` to a width; throws if they do not fit it. */
export const toBase62 = (bytes: Uint8Array, width: number): string => {
  const words = wordsOf(bytes)
  const text = Buffer.allocUnsafe(width)
  let rest = 0
  for (let done = 0; done < width; done += 1) {
    if (done % DIGITS_AT_ONCE === 0) rest = divide(words)
    const digit = rest % BASE
    text[width - 1 - done] = DIGITS[digit] ?? 0
    rest = (rest - digit) / BASE
  }
  if (rest > 0 || words.some((word) => word > 0))
    throw new RangeError(`${bytes.length} bytes do not fit ${width} base62 characters`)
  return text.toString('latin1')
}
