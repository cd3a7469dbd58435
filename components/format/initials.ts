const firstLetter = (word: string): string => {
  const code = word.codePointAt(0)
  return code === undefined ? '' : String.fromCodePoint(code).toUpperCase()
}

/** One or two capitals for a person or an account: "Ada Lovelace" is AL, "acme" is A, an e-mail its first letters. */
export const initials = (name: string): string => {
  const words = name
    .replace(/@.*$/, '')
    .split(/[\s._-]+/u)
    .filter(Boolean)
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words
  return ends.map((word) => firstLetter(word ?? '')).join('') || '?'
}
