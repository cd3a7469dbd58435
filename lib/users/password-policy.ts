import { LIMITS } from '#lib/config/limits.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { commonPasswords } from '#lib/users/common-passwords.ts'

/** What a guesser knows of a person and of this deployment: words that add nothing to a password. */
export type PasswordContext = {
  readonly email: string
  readonly name?: string
  readonly productName: string
}

/**
 * A password as it is hashed: its canonical composition (NFC), so that the same signs typed on two systems are the same
 * password (RFC 8265 §4.2). Nothing is cut off, trimmed or folded.
 */
export const normalizePassword = (password: string): string => password.normalize('NFC')

const WORD_LENGTH_MIN = 3
const REMAINDER_LENGTH_MIN = 8

const wordsOf = ({ email, name = '', productName }: PasswordContext): readonly string[] =>
  [...email.split(/[@.+_-]/), email.split('@')[0] ?? '', ...name.split(/\s+/), ...productName.split(/\s+/), 'latchkey']
    .map((word) => word.toLowerCase())
    .filter((word) => word.length >= WORD_LENGTH_MIN)
    .sort((one, other) => other.length - one.length)

const SEQUENCES = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop']
const RUN_LENGTH = 4

const RUNS: ReadonlySet<string> = new Set(
  SEQUENCES.flatMap((sequence) => [sequence, [...sequence].reverse().join('')]).flatMap((sequence) =>
    Array.from({ length: sequence.length - RUN_LENGTH + 1 }, (_, at) => sequence.slice(at, at + RUN_LENGTH)),
  ),
)

// A run of keys or letters counts as its first sign: "123456789012345" has little more to guess than "1".
const withoutRuns = (text: string): string => {
  let kept = ''
  for (let at = 0; at < text.length; at += 1) {
    const isInside =
      at > 0 && [1, 2, 3].some((back) => at - back >= 0 && RUNS.has(text.slice(at - back, at - back + 4)))
    if (!isInside) kept += text[at]
  }
  return kept
}

// The shortest piece that, repeated, makes the text.
const unitOf = (text: string): string => /^(.+?)\1*$/su.exec(text)?.[1] ?? text

const isCommon = (text: string, common: ReadonlySet<string>): boolean => {
  const bare = text.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  return common.has(text) || common.has(bare) || common.has(unitOf(text)) || common.has(unitOf(bare))
}

/**
 * What speaks against a password, as one sentence; undefined: nothing. Length and a blocklist, no composition
 * (NIST SP 800-63B-4 §3.1.1.2, ASVS 5.0 V6.2). Length counts characters as code points of the normalized password.
 */
export const passwordProblem = async (password: string, context: PasswordContext): Promise<string | undefined> => {
  const { length } = [...normalizePassword(password)]
  if (length < LIMITS.passwordLengthMin) {
    return `Use at least ${LIMITS.passwordLengthMin} characters; a few unrelated words are easy to remember.`
  }
  if (length > LIMITS.passwordLengthMax) return `Use at most ${LIMITS.passwordLengthMax} characters.`
  const text = normalizePassword(password).toLowerCase()
  if (isCommon(text, await commonPasswords()))
    return 'This password is among the first that are guessed. Choose another.'
  const rest = wordsOf(context).reduce((left, word) => left.replaceAll(word, ''), text)
  if (unitOf(withoutRuns(rest)).length >= REMAINDER_LENGTH_MIN) return undefined
  return 'Most of this password is easy to guess: a name, a repetition or a row of keys. Choose another.'
}

/** Throws `request.invalid` beside `field` when something speaks against a password. */
export const requireGoodPassword = async (password: string, context: PasswordContext, field = 'password') => {
  const problem = await passwordProblem(password, context)
  if (problem !== undefined) throw new PortalError('request.invalid', { fields: { [field]: [problem] } })
}
