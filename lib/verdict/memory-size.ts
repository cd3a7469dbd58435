/** What an object costs in memory before anything is in it: its head, and a place for each of its members. */
const OBJECT_BYTES = 64
/** What a place in an array, a set or a map costs. */
const PLACE_BYTES = 24
const TEXT_BYTES = 24

/** About how many bytes texts take: two for each UTF-16 unit, so that no alphabet is underestimated. */
export const textBytes = (...texts: readonly (string | undefined)[]): number =>
  texts.reduce((sum, text) => sum + (text === undefined ? 0 : TEXT_BYTES + 2 * text.length), 0)

/** About how many bytes a list or set of texts takes. */
export const textsBytes = (texts: Iterable<string>): number => {
  let sum = OBJECT_BYTES
  for (const text of texts) sum += PLACE_BYTES + textBytes(text)
  return sum
}

/** About how many bytes a list or set of keys takes, which are ASCII. */
export const keysBytes = (keys: Iterable<string>): number => {
  let sum = OBJECT_BYTES
  for (const key of keys) sum += PLACE_BYTES + TEXT_BYTES + key.length
  return sum
}

/** About how many bytes a JSON value takes, without putting it into words. */
export const jsonBytes = (value: unknown): number => {
  if (typeof value === 'string') return textBytes(value)
  if (typeof value !== 'object' || value === null) return 8
  let sum = OBJECT_BYTES
  for (const [key, member] of Object.entries(value)) sum += PLACE_BYTES + textBytes(key) + jsonBytes(member)
  return sum
}
