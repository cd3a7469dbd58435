import { DAY_SECONDS, MINUTE_SECONDS } from '#lib/time/duration.ts'

/** How a person proved who they are. */
export type SessionMethod = 'password' | 'mail' | 'oidc' | 'setup'

/** One signed-in browser. */
export type Session = {
  /** Public id, for lists; says nothing about the cookie. */
  readonly id: string
  readonly userId: string
  readonly method: SessionMethod
  /** NumericDate of the last proof of identity. */
  readonly signedInAt: number
  /** NumericDate of the last request, exact to a minute. */
  readonly lastSeenAt: number
  /** NumericDate of the end that no activity puts off. */
  readonly expiresAt: number
  readonly address: string | undefined
  readonly agent: string | undefined
}

/** What is fixed when a session begins; `digest` is the HMAC of the cookie's random value. */
export type NewSession = Session & { readonly digest: string }

/** Seconds after which a session ends even if it is used (NIST SP 800-63B-4 §2.1.3: at most 30 days). */
export const SESSION_LIFETIME_SECONDS = 30 * DAY_SECONDS

/** Seconds without a request after which a session ends. */
export const SESSION_IDLE_SECONDS = 7 * DAY_SECONDS

/** Seconds for which "last seen" need not be written again. */
export const LAST_SEEN_SECONDS = MINUTE_SECONDS

/** Whether a session that nobody ended is still within both lifetimes. */
export const isSessionLive = ({ expiresAt, lastSeenAt }: Pick<Session, 'expiresAt' | 'lastSeenAt'>, now: number) =>
  now < expiresAt && now < lastSeenAt + SESSION_IDLE_SECONDS
