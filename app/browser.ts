import 'server-only'
import { cookies } from 'next/headers'
import { currentSid } from '#app/current-sid.ts'
import { portal } from '#app/portal.ts'
import type { Browser, SignedIn } from '#lib/sign-in/start-session.ts'

type Kept = { readonly name: string; readonly value: string; readonly maxAgeSeconds: number }

const setCookie = async ({ name, value, maxAgeSeconds }: Kept): Promise<void> => {
  const { secure } = portal().signIn.cookies
  const jar = await cookies()
  jar.set(name, value, { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: maxAgeSeconds })
}

/** What this browser sent along that matters to signing in. */
export const browser = async (): Promise<Browser> => {
  const { knownName } = portal().signIn.cookies
  return { sid: await currentSid(), known: (await cookies()).get(knownName)?.value }
}

/** The cookie of this browser's last request for a mail; undefined when there is none. */
export const mailCookie = async (): Promise<string | undefined> =>
  (await cookies()).get(portal().signIn.cookies.mailName)?.value

/** Binds the mail that was asked for to this browser. */
export const keepMailCookie = async (value: string): Promise<void> => {
  const { mailName, mailMaxAgeSeconds } = portal().signIn.cookies
  await setCookie({ name: mailName, value, maxAgeSeconds: mailMaxAgeSeconds })
}

/** Gives this browser the session that it has just been let into. */
export const keepSignedIn = async ({ sid, known }: SignedIn): Promise<void> => {
  const { cookies: rules, sessionCookie } = portal().signIn
  const { sessionName, maxAgeSeconds, knownName, knownMaxAgeSeconds } = rules
  await setCookie({ name: sessionName, value: await sessionCookie.encode(sid), maxAgeSeconds })
  await setCookie({ name: knownName, value: known, maxAgeSeconds: knownMaxAgeSeconds })
}

/**
 * The `Set-Cookie` line of a browser that has signed in, for answers that next-auth makes: mixed with cookies() of
 * Next, its deletions of other cookies would get lost.
 */
export const knownBrowserLine = (value: string): string => {
  const { knownName, knownMaxAgeSeconds, secure } = portal().signIn.cookies
  const attributes = [
    'Path=/',
    `Max-Age=${knownMaxAgeSeconds}`,
    'HttpOnly',
    'SameSite=Lax',
    ...(secure ? ['Secure'] : []),
  ]
  return [`${knownName}=${encodeURIComponent(value)}`, ...attributes].join('; ')
}

/** Takes the mail's cookie from this browser, once its code or link has been used. */
export const forgetMailCookie = async (): Promise<void> =>
  setCookie({ name: portal().signIn.cookies.mailName, value: '', maxAgeSeconds: 0 })

/** Takes the session's cookie from this browser; a `__Host-` cookie goes only with the attributes it came with. */
export const forgetSession = async (): Promise<void> =>
  setCookie({ name: portal().signIn.cookies.sessionName, value: '', maxAgeSeconds: 0 })
