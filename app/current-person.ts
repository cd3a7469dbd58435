import 'server-only'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { currentSid } from '#app/current-sid.ts'
import { portal } from '#app/portal.ts'
import type { Person } from '#lib/access/find-principal.ts'

/** The signed-in person, looked up now; undefined without a session. Throws what the store throws. */
export const currentPerson = cache(async (): Promise<Person | undefined> => {
  const sid = await currentSid()
  return sid === undefined ? undefined : portal().signIn.findPerson(sid)
})

/**
 * The signed-in person; without one, leads to the sign-in page, which leads back to `next` (a path of this portal, the
 * one the page itself stands at). Every page and action asks for itself: no layout or proxy does it for them.
 */
export const requirePerson = async (next?: string): Promise<Person> => {
  const person = await currentPerson()
  if (person) return person
  return redirect(next === undefined ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`)
}
