'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { action } from '#app/action.ts'
import { browser, forgetSession, keepSignedIn } from '#app/browser.ts'
import { requirePerson } from '#app/current-person.ts'
import { checked } from '#app/form-input.ts'
import { portal } from '#app/portal.ts'
import { requestOrigin } from '#app/request-origin.ts'
import { isSignInFresh } from '#lib/access/fresh-sign-in.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'

const PROFILE = '/profile'

/** Gives the signed-in person another name. */
export const renameAction = action(z.object({ name: z.string() }), async ({ name }, trace) => {
  const person = await requirePerson(PROFILE)
  const renamed = await portal().users.renameUser({ person, name, trace })
  revalidatePath(PROFILE)
  return renamed
})

/** Keeps what the signed-in person wants mailed. */
export const chooseMailsAction = action(
  z.object({ expiry: checked, alerts: checked, changes: checked }),
  async (chosen, trace) => {
    const person = await requirePerson(PROFILE)
    const preferences = await portal().notices.choosePreferences({ ...chosen, person, trace })
    revalidatePath(PROFILE)
    return preferences
  },
)

/** Makes the signed-in person's calendar; the page that answers shows its address, and no later one. */
export const makeCalendarAction = action(z.object({}), async (_, trace) => {
  const person = await requirePerson(PROFILE)
  return portal().notices.makeCalendar({ person, trace })
})

/** Ends the signed-in person's calendar. */
export const endCalendar = async (): Promise<void> => {
  const person = await requirePerson(PROFILE)
  await portal().notices.endCalendar({ person, trace: await requestOrigin() })
  return redirect(`${PROFILE}?done=calendar`)
}

/** Changes the signed-in person's password, and leads back to a page that says so. */
export const changePasswordAction = action(
  z.object({ currentPassword: z.string(), newPassword: z.string() }),
  async (typed, trace) => {
    const person = await requirePerson(PROFILE)
    await keepSignedIn(await portal().signIn.changePassword({ ...typed, person, browser: await browser(), trace }))
    return redirect(`${PROFILE}?done=password`)
  },
)

/** Sets the first password of somebody who has none; asks to confirm first when they signed in long ago. */
export const setPasswordAction = action(z.object({ newPassword: z.string() }), async ({ newPassword }, trace) => {
  const person = await requirePerson(PROFILE)
  const { signIn, clock } = portal()
  if (!isSignInFresh(person, clock.now())) return redirect(`/confirm?next=${encodeURIComponent(PROFILE)}`)
  await keepSignedIn(await signIn.setFirstPassword({ newPassword, person, browser: await browser(), trace }))
  return redirect(`${PROFILE}?done=password`)
})

/** Ends one of the person's sessions. One that has ended meanwhile is as good as ended now. */
export const signOutOne = async (form: FormData): Promise<void> => {
  const person = await requirePerson(PROFILE)
  const sessionId = z.uuid().safeParse(form.get('sessionId'))
  if (!sessionId.success) return redirect(PROFILE)
  try {
    await portal().signIn.endSession({ person, sessionId: sessionId.data, trace: await requestOrigin() })
  } catch (thrown) {
    if (!isPortalError(thrown) || thrown.code !== 'resource.not_found') throw thrown
  }
  return redirect(`${PROFILE}?done=session`)
}

/** Ends every session of the person, this one included. */
export const signOutEverywhere = async (): Promise<void> => {
  const person = await requirePerson(PROFILE)
  await portal().signIn.endAllSessions({ person, trace: await requestOrigin() })
  await forgetSession()
  redirect('/sign-in?done=everywhere')
}
