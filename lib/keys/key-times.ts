import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS } from '#lib/time/duration.ts'

/** Seconds for which anybody may remember what JWKS said. */
export const JWKS_CACHE_SECONDS = 5 * MINUTE_SECONDS

/** Seconds for which a key is published before it signs: whoever remembers JWKS has asked again many times by then. */
export const KEY_LEAD_SECONDS = HOUR_SECONDS

/** Seconds for which a bearer JWT is good at most, whatever the environment says: so long an ended family is remembered. */
export const BEARER_LIFETIME_SECONDS_MAX = DAY_SECONDS

/** Seconds for which a key that ceased to sign is kept beyond its last JWT: clocks differ, and answers are under way. */
export const RETIRING_MARGIN_SECONDS = HOUR_SECONDS

/** Seconds between two looks at what is due. */
export const KEY_CHORE_SECONDS = MINUTE_SECONDS
