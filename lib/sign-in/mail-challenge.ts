import type { Randomness } from '#lib/keys/randomness.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { MINUTE_SECONDS } from '#lib/time/duration.ts'

/** What a mail is asked for. */
export type MailPurpose = 'sign-in' | 'password'

/** A mailed link and code as they are stored: digests alone. */
export type MailChallenge = {
  readonly id: string
  readonly purpose: MailPurpose
  readonly userId: string
  readonly linkDigest: string
  readonly codeDigest: string
  readonly browserDigest: string
  readonly failures: number
  /** NumericDates. */
  readonly createdAt: number
  readonly expiresAt: number
}

/** Seconds for which link and code are good. */
export const CHALLENGE_LIFETIME_SECONDS = 10 * MINUTE_SECONDS

/** Wrong codes after which link and code are dead. */
export const CHALLENGE_FAILURES_MAX = 5

const TOKEN_BYTES = 32
const CODE_DIGITS = 6

/** A random text of 256 bits, base64url. */
export const randomToken = (randomness: Randomness): string =>
  Buffer.from(randomness.bytes(TOKEN_BYTES)).toString('base64url')

// The code follows from the link, so that the link can show it where it must not sign in. 64 bits leave no bias.
const codeUnder = (ring: SecretRing, token: string, secretId: string): string => {
  const bytes = Buffer.from(ring.derive('mail-code', `code of ${token}`, secretId))
  return String(bytes.readBigUInt64BE(0) % 10n ** BigInt(CODE_DIGITS)).padStart(CODE_DIGITS, '0')
}

const codeText = (challengeId: string, code: string): string => `${challengeId}\n${code}`

type Asked = {
  readonly purpose: MailPurpose
  readonly userId: string
  /** The random text in the cookie of the browser that asked. */
  readonly browser: string
  readonly now: number
}

/** A new challenge to be stored, with the token and the code that the mail alone holds. */
export const newChallenge = (
  { randomness, secretRing }: { readonly randomness: Randomness; readonly secretRing: SecretRing },
  { purpose, userId, browser, now }: Asked,
): { readonly challenge: MailChallenge; readonly token: string; readonly code: string } => {
  const id = randomness.uuid()
  const token = randomToken(randomness)
  const code = codeUnder(secretRing, token, secretRing.currentId)
  const challenge = {
    id,
    purpose,
    userId,
    linkDigest: secretRing.digest('mail-link', token).digest,
    codeDigest: secretRing.digest('mail-code', codeText(id, code)).digest,
    browserDigest: secretRing.digest('mail-browser', browser).digest,
    failures: 0,
    createdAt: now,
    expiresAt: now + CHALLENGE_LIFETIME_SECONDS,
  }
  return { challenge, token, code }
}

/** Whether a typed code, whatever spaces and hyphens it has, is the challenge's. */
export const isCodeOf = (ring: SecretRing, { id, codeDigest }: MailChallenge, typed: string): boolean =>
  ring.digests('mail-code', codeText(id, typed.replaceAll(/[\s-]/g, ''))).includes(codeDigest)

/** Whether the random text of a browser's cookie is that of the browser that asked. */
export const isBrowserOf = (ring: SecretRing, { browserDigest }: MailChallenge, browser: string): boolean =>
  ring.digests('mail-browser', browser).includes(browserDigest)

/** The code that belongs to a link's token; undefined if it was made under a secret that is gone. */
export const codeOfLink = (ring: SecretRing, challenge: MailChallenge, token: string): string | undefined =>
  ring.ids.map((secretId) => codeUnder(ring, token, secretId)).find((code) => isCodeOf(ring, challenge, code))
