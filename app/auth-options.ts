import 'server-only'
import type { AuthOptions } from 'next-auth'
import type { JWT } from 'next-auth/jwt'
import { oidcProvider } from '#app/oidc-provider.ts'
import { finishOidcSignIn } from '#app/oidc-sign-in.ts'
import { portal } from '#app/portal.ts'
import { tellNextAuth } from '#lib/config/process-env.ts'

/** Called with the known-browser cookie's value after a sign-in by the provider. */
type KeepKnown = (value: string) => void

const takeOver = (user: object, keepKnown: KeepKnown): JWT => {
  if ('known' in user) keepKnown(String(user.known))
  return { sid: 'sid' in user ? user.sid : undefined }
}

/**
 * next-auth's options. Its encrypted cookie holds a session's random value and nothing else; pages look that session's
 * row up themselves (currentPerson), as next-auth would seal the cookie anew for each of them.
 */
export const authOptions = (keepKnown: KeepKnown = () => undefined) => {
  const { settings, log, signIn } = portal()
  const { secure, sessionName, secret, maxAgeSeconds } = signIn.cookies
  tellNextAuth(settings.url)
  return {
    providers: settings.oidc ? [oidcProvider(settings.oidc)] : [],
    secret,
    session: { strategy: 'jwt', maxAge: maxAgeSeconds },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    cookies: {
      sessionToken: { name: sessionName, options: { httpOnly: true, sameSite: 'lax', path: '/', secure } },
    },
    jwt: {
      encode: async ({ token }) => signIn.sessionCookie.encode(String(token?.sid)),
      decode: async ({ token }): Promise<JWT | null> => {
        const sid = token === undefined ? undefined : await signIn.sessionCookie.decode(token)
        return sid === undefined ? null : { sid }
      },
    },
    callbacks: {
      signIn: ({ user, profile }) => finishOidcSignIn(profile, user),
      // At sign-in `user` carries the new session.
      jwt: ({ token, user }): JWT => (user === undefined ? { sid: token.sid } : takeOver(user, keepKnown)),
    },
    logger: {
      // An old or foreign cookie is no failure; the rest is told without what the provider sent.
      error: (code) => (code === 'JWT_SESSION_ERROR' ? undefined : log.error(`next-auth: ${code}`)),
      warn: () => undefined,
      debug: () => undefined,
    },
  } satisfies AuthOptions
}
