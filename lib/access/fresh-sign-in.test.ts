import { describe, expect, it } from 'vitest'
import {
  FORM_GRACE_SECONDS,
  FRESH_SIGN_IN_SECONDS,
  isSignInFresh,
  requireFreshSignIn,
} from '#lib/access/fresh-sign-in.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'

const NOW = 1_800_000_000

describe('a sign-in', () => {
  it.each([
    [0, 0, true],
    [FRESH_SIGN_IN_SECONDS, 0, true],
    [FRESH_SIGN_IN_SECONDS + 1, 0, false],
    [FRESH_SIGN_IN_SECONDS + 1, FORM_GRACE_SECONDS, true],
    [FRESH_SIGN_IN_SECONDS + FORM_GRACE_SECONDS, FORM_GRACE_SECONDS, true],
    [FRESH_SIGN_IN_SECONDS + FORM_GRACE_SECONDS + 1, FORM_GRACE_SECONDS, false],
  ])('of %d seconds ago, with %d of grace, is fresh: %s', (age, grace, fresh) => {
    const signIn = { signedInAt: NOW - age }
    expect(isSignInFresh(signIn, NOW, grace)).toBe(fresh)
    const refused = () => {
      try {
        requireFreshSignIn(signIn, NOW, grace)
        return undefined
      } catch (thrown) {
        return isPortalError(thrown) ? thrown.code : thrown
      }
    }
    expect(refused()).toBe(fresh ? undefined : 'session.stale')
  })

  it('may be ten minutes old when a form opens', () => {
    expect(FRESH_SIGN_IN_SECONDS).toBe(600)
  })
})
