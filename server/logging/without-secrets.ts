// A net under the rule that nobody logs a secret, not its substitute: a password or a mailed code has no form.
const FORMS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\blk[a-z]_[0-9A-Za-z]+/g, '[secret]'],
  // JWTs and encrypted cookies: dotted base64url that begins with a JSON object.
  [/\beyJ[\w-]+(?:\.[\w-]*)*/g, '[jwt]'],
  [/\b(Bearer|Basic|DPoP) +(?!\[)[\w+/=.~-]+/gi, '$1 [secret]'],
  // The name and password of an address.
  [/(:\/\/)[^\s/@"\\]+@/g, '$1[secret]@'],
  [/\b((?:[\w-]*(?:secret|password|token|assertion|proof)|code|sid)\\?"?[=:]\\?"?)(?!\[)[^&\s"\\;,}]+/gi, '$1[secret]'],
]

// 40 characters of base64url in a row, as random values of 256 bits have; long names of files are of one case.
const LONG_RUN = /[\w-]{40,}/g
const isRandom = (run: string): boolean => /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)

/** A text without whatever has the form of a secret: ours, a JWT, a header's, an address', a form field's, random text. */
export const withoutSecrets = (text: string): string =>
  FORMS.reduce((left, [pattern, replacement]) => left.replaceAll(pattern, replacement), text).replaceAll(
    LONG_RUN,
    (run) => (isRandom(run) ? '[secret]' : run),
  )
