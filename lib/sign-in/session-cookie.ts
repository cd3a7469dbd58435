import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { KNOWN_BROWSER_LIFETIME_SECONDS } from '#lib/sign-in/known-browser.ts'
import { CHALLENGE_LIFETIME_SECONDS } from '#lib/sign-in/mail-challenge.ts'
import { SESSION_LIFETIME_SECONDS } from '#lib/sign-in/session.ts'

/** Puts a session's random value into next-auth's encrypted cookie text and takes it out again. */
export type SessionCookieCodec = {
  encode(sid: string): Promise<string>
  /** Undefined for anything that is not a text this deployment made. */
  decode(text: string): Promise<string | undefined>
}

const hostPrefix = (secure: boolean): string => (secure ? '__Host-' : '')

/** The session cookie's name; on https its prefix keeps other hosts and plain http from setting it (RFC 6265bis). */
export const sessionCookieName = (secure: boolean): string => `${hostPrefix(secure)}latchkey-session`

/** What whoever sets the cookie has to know. */
export type SessionCookieRules = {
  /** Whether this deployment is reached by https: cookies are then `Secure` and carry the `__Host-` prefix. */
  readonly secure: boolean
  readonly sessionName: string
  readonly maxAgeSeconds: number
  /** The cookie of browsers that have signed in before. */
  readonly knownName: string
  readonly knownMaxAgeSeconds: number
  /** The cookie of a browser that has asked for a mail. */
  readonly mailName: string
  readonly mailMaxAgeSeconds: number
  /** Under which next-auth seals its own short-lived cookies (state, nonce, PKCE). */
  readonly secret: string
}

/** The rules of this deployment's cookies. */
export const sessionCookieRules = (url: string, ring: SecretRing): SessionCookieRules => {
  const secure = url.startsWith('https:')
  return {
    secure,
    sessionName: sessionCookieName(secure),
    maxAgeSeconds: SESSION_LIFETIME_SECONDS,
    knownName: `${hostPrefix(secure)}latchkey-known`,
    mailName: `${hostPrefix(secure)}latchkey-mail`,
    mailMaxAgeSeconds: CHALLENGE_LIFETIME_SECONDS,
    knownMaxAgeSeconds: KNOWN_BROWSER_LIFETIME_SECONDS,
    secret: Buffer.from(ring.derive('cookie', 'next-auth state', ring.currentId)).toString('base64url'),
  }
}

const SID = /^[\w-]{43}$/

/** Whether a text has the form of a session's random value: 32 bytes, base64url. */
export const isSid = (text: unknown): text is string => typeof text === 'string' && SID.test(text)

/** The value of one cookie in a `Cookie` header; undefined when it is absent. */
export const cookieOf = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1)
