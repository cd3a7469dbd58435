import 'server-only'
import type { AuthOptions } from 'next-auth'
import type { JWT } from 'next-auth/jwt'
import { oidcProvider } from '#app/oidc-provider.ts'
import { finishOidcSignIn } from '#app/oidc-sign-in.ts'
import { portal } from '#app/portal.ts'
import type { Person } from '#lib/access/find-principal.ts'
import { tellNextAuth } from '#lib/config/process-env.ts'

/** Called with the known-browser cookie's value after a sign-in by the provider. */
type KeepKnown = (value: string) => void

const takeOver = (user: object, keepKnown: KeepKnown): JWT => {
  if ('known' in user) keepKnown(String(user.known))
  return { sid: 'sid' in user ? user.sid : undefined }
}

type Found = { readonly person: Person | undefined } | { readonly failure: unknown }

// next-auth takes anything thrown here for a broken cookie; a store that is down must not look like a sign-out.
const findPerson = async (sid: unknown): Promise<Found> => {
  try {
    return { person: typeof sid === 'string' ? await portal().signIn.findPerson(sid) : undefined }
  } catch (failure) {
    return { failure }
  }
}

/**
 * next-auth's options. Its encrypted cookie holds a session's random value and nothing else: whoever asks for the
 * session has the row looked up again, so an ended session ends at the next request.
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
      // At sign-in `user` carries the new session. session.update() comes by here as well; what it brings is left aside.
      jwt: ({ token, user }): JWT => (user === undefined ? { sid: token.sid } : takeOver(user, keepKnown)),
      session: async ({ token }) => ({ expires: '', found: await findPerson(token.sid) }),
    },
    logger: {
      // An old or foreign cookie is no failure; the rest is told without what the provider sent.
      error: (code) => (code === 'JWT_SESSION_ERROR' ? undefined : log.error(`next-auth: ${code}`)),
      warn: () => undefined,
      debug: () => undefined,
    },
  } satisfies AuthOptions
}
