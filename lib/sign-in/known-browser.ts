import type { Randomness } from '#lib/keys/randomness.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'

type Ports = { readonly secretRing: SecretRing; readonly randomness: Randomness }

const ENTRIES_MAX = 4
const NONCE_BYTES = 16

/** Seconds a browser keeps its proof of having signed in. */
export const KNOWN_BROWSER_LIFETIME_SECONDS = 365 * 24 * 60 * 60

const signed = (email: string, nonce: string): string => `${email}\n${nonce}`

const entriesOf = (cookie: string | undefined): readonly string[] =>
  (cookie ?? '')
    .split('~')
    .filter((entry) => /^[\w-]{22}\.[\w-]{43}$/.test(entry))
    .slice(0, ENTRIES_MAX)

const nonceOf = ({ secretRing }: Pick<Ports, 'secretRing'>, entry: string, email: string): string | undefined => {
  const [nonce = '', digest = ''] = entry.split('.')
  const text = signed(email, nonce)
  const matches = secretRing.ids.some((secretId) => secretRing.matches('known-browser', text, { digest, secretId }))
  return matches ? nonce : undefined
}

/** The name under which this browser is known to an account; undefined when it never signed in to it. */
export const knownBrowser = (
  ports: Pick<Ports, 'secretRing'>,
  cookie: string | undefined,
  email: string,
): string | undefined => {
  for (const entry of entriesOf(cookie)) {
    const nonce = nonceOf(ports, entry, email)
    if (nonce !== undefined) return nonce
  }
  return undefined
}

/**
 * The cookie of a browser that has just signed in (OWASP's device cookie): up to four people's proofs, newest first,
 * each a random name with an HMAC over it and the address. It opens nothing; it only has failures counted apart.
 */
export const rememberBrowser = (ports: Ports, cookie: string | undefined, email: string): string => {
  const others = entriesOf(cookie).filter((entry) => nonceOf(ports, entry, email) === undefined)
  const nonce = Buffer.from(ports.randomness.bytes(NONCE_BYTES)).toString('base64url')
  const { digest } = ports.secretRing.digest('known-browser', signed(email, nonce))
  return [`${nonce}.${digest}`, ...others].slice(0, ENTRIES_MAX).join('~')
}
