/** A text in part: what is known of it, and how many bytes are not. */
export type Piece = string | { readonly unknownBytes: number }

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const ANY = '[\\w-]'

const bytesOf = (piece: Piece): readonly (number | undefined)[] =>
  typeof piece === 'string' ? [...Buffer.from(piece)] : Array.from({ length: piece.unknownBytes }, () => undefined)

// Eight bits of each byte, most significant first; undefined for those that nobody knows.
const bitsOf = (byte: number | undefined): readonly (number | undefined)[] =>
  Array.from({ length: 8 }, (_, index) => (byte === undefined ? undefined : (byte >> (7 - index)) & 1))

const characterOf = (bits: readonly (number | undefined)[]): string =>
  bits.some((bit) => bit === undefined)
    ? ANY
    : ALPHABET.charAt(bits.reduce<number>((value, bit) => value * 2 + (bit ?? 0), 0))

const SEXTET = 6

const sextets = (pieces: readonly Piece[], ends: boolean): readonly (readonly (number | undefined)[])[] => {
  const bits = pieces.flatMap(bytesOf).flatMap(bitsOf)
  const missing = (SEXTET - (bits.length % SEXTET)) % SEXTET
  // RFC 4648 §3.5: the last character of a text that ends is filled with zeros; of one that goes on it is not known yet.
  const whole = ends
    ? [...bits, ...Array.from({ length: missing }, () => 0)]
    : bits.slice(0, bits.length - (bits.length % SEXTET))
  return Array.from({ length: whole.length / SEXTET }, (_, index) => whole.slice(index * SEXTET, (index + 1) * SEXTET))
}

// `[\w-][\w-][\w-]` is `[\w-]{3}`.
const shortened = (characters: readonly string[]): string =>
  characters.join('').replaceAll(/(?:\[\\w-\]){2,}/g, (run) => `${ANY}{${run.length / ANY.length}}`)

/**
 * A regular expression for the base64url (RFC 4648 §5) of a text that is known in part: each character that follows from
 * what is known, as it is, and any for the others. `ends`: nothing follows the last piece.
 */
export const base64urlPattern = (pieces: readonly Piece[], { ends }: { readonly ends: boolean }): string =>
  shortened(sextets(pieces, ends).map(characterOf))
