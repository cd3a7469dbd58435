import 'server-only'
import { browser } from '#app/browser.ts'
import { portal } from '#app/portal.ts'
import { requestOrigin } from '#app/request-origin.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'

/**
 * Signs in the person the provider's claims are about: what the browser is given goes into `carrier`, which next-auth
 * hands on to its JWT callback. Answers true, or the page that says why not.
 */
export const finishOidcSignIn = async (claims: unknown, carrier: object): Promise<true | string> => {
  const trace = await requestOrigin()
  try {
    const here = { browser: await browser(), trace }
    Object.assign(carrier, await portal().signIn.signInWithOidc({ claims, ...here }))
    return true
  } catch (thrown) {
    if (isPortalError(thrown)) return `/sign-in?problem=${thrown.code}`
    portal().log.error('single sign-on failed:', thrown, { requestId: trace.requestId })
    return '/sign-in?problem=server.internal'
  }
}
