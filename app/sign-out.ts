'use server'

import { redirect } from 'next/navigation'
import { forgetSession } from '#app/browser.ts'
import { currentPerson } from '#app/current-person.ts'
import { portal } from '#app/portal.ts'
import { requestOrigin } from '#app/request-origin.ts'

/** Ends the session this browser is in and leads to the sign-in page; for the menu's form. */
export const signOut = async (): Promise<void> => {
  const person = await currentPerson()
  if (person) await portal().signIn.signOut({ person, trace: await requestOrigin() })
  await forgetSession()
  redirect('/sign-in')
}
