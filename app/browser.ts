import 'server-only'
import { cookies } from 'next/headers'
import { currentSid } from '#app/current-person.ts'
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

/** Gives this browser the session that it has just been let into. */
export const keepSignedIn = async ({ sid, known }: SignedIn): Promise<void> => {
  const { cookies: rules, sessionCookie } = portal().signIn
  const { sessionName, maxAgeSeconds, knownName, knownMaxAgeSeconds } = rules
  await setCookie({ name: sessionName, value: await sessionCookie.encode(sid), maxAgeSeconds })
  await setCookie({ name: knownName, value: known, maxAgeSeconds: knownMaxAgeSeconds })
}

/** Takes the session's cookie from this browser; a `__Host-` cookie goes only with the attributes it came with. */
export const forgetSession = async (): Promise<void> =>
  setCookie({ name: portal().signIn.cookies.sessionName, value: '', maxAgeSeconds: 0 })
