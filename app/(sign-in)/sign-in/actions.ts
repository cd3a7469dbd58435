'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { action } from '#app/action.ts'
import { browser, keepSignedIn } from '#app/browser.ts'
import { portal } from '#app/portal.ts'
import { localPath } from '#lib/sign-in/local-path.ts'
import { emailSchema } from '#lib/users/email.ts'

const schema = z.object({
  email: emailSchema,
  password: z.string().min(1, 'Enter your password, or have a link mailed.'),
  next: z.string().optional(),
})

/** Signs in by e-mail and password, and leads to where the person wanted to go. */
export const signInAction = action(schema, async ({ email, password, next }, trace) => {
  const signedIn = await portal().signIn.signInWithPassword({ email, password, browser: await browser(), trace })
  await keepSignedIn(signedIn)
  return redirect(localPath(next) ?? '/')
})
