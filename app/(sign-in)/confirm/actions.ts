'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { action } from '#app/action.ts'
import { browser, keepMailCookie, keepSignedIn } from '#app/browser.ts'
import { requirePerson } from '#app/current-person.ts'
import { portal } from '#app/portal.ts'
import { localPath } from '#lib/sign-in/local-path.ts'

/** Confirms by password that it is still the same person, and leads back to what asked for it. */
export const confirmAction = action(
  z.object({ password: z.string().min(1, 'Enter your password.'), next: z.string() }),
  async ({ password, next }, trace) => {
    const person = await requirePerson(localPath(next))
    await keepSignedIn(await portal().signIn.confirmPassword({ person, password, browser: await browser(), trace }))
    return redirect(localPath(next) ?? '/')
  },
)

/** Has a link and a code mailed to the person's own address; signing in by them confirms. */
export const confirmByMailAction = action(z.object({ next: z.string() }), async ({ next: typed }, trace) => {
  const next = localPath(typed)
  const { email } = await requirePerson(next)
  const request = { email, purpose: 'sign-in', next, browser: await browser(), trace } as const
  await keepMailCookie(await portal().signIn.requestMail(request))
  return redirect('/sign-in/code')
})
