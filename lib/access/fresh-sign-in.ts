import type { Principal } from '#lib/access/principal.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { MINUTE_SECONDS } from '#lib/time/duration.ts'

/** For how many seconds after proving who they are a person may open a form that asks for a fresh sign-in. */
export const FRESH_SIGN_IN_SECONDS = 10 * MINUTE_SECONDS

/** How much longer the opened form may take to be filled. */
export const FORM_GRACE_SECONDS = 20 * MINUTE_SECONDS

/** Whether the last proof of identity is recent enough, with a grace for a form that was opened in time. */
export const isSignInFresh = ({ signedInAt }: Pick<Principal, 'signedInAt'>, now: number, graceSeconds = 0): boolean =>
  now - signedInAt <= FRESH_SIGN_IN_SECONDS + graceSeconds

/** Throws `session.stale` unless the sign-in is fresh. */
export const requireFreshSignIn = (principal: Pick<Principal, 'signedInAt'>, now: number, graceSeconds = 0): void => {
  if (!isSignInFresh(principal, now, graceSeconds)) throw new PortalError('session.stale')
}
