import 'server-only'
import { cookies } from 'next/headers'
import { portal } from '#app/portal.ts'

/** The random value in this browser's session cookie; it says nothing about whether the session still lives. */
export const currentSid = async (): Promise<string | undefined> => {
  const { signIn } = portal()
  const text = (await cookies()).get(signIn.cookies.sessionName)?.value
  return text === undefined ? undefined : signIn.sessionCookie.decode(text)
}
