'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { action } from '#app/action.ts'
import { browser, forgetMailCookie, keepMailCookie, keepSignedIn, mailCookie } from '#app/browser.ts'
import { portal } from '#app/portal.ts'
import type { RequestOrigin } from '#lib/api/request-origin.ts'
import { localPath } from '#lib/sign-in/local-path.ts'
import { emailSchema } from '#lib/users/email.ts'

const signInSchema = z
  .object({
    email: emailSchema,
    password: z.string().optional(),
    way: z.enum(['password', 'mail']).default('password'),
    next: z.string().optional(),
  })
  .refine(({ way, password }) => way === 'mail' || password, {
    path: ['password'],
    error: 'Enter your password, or have a link mailed.',
  })

/** By the button that was pressed: signs in by password, or has a link and a code mailed. */
export const signInAction = action(signInSchema, async ({ way, email, password = '', next: typedNext }, trace) => {
  const next = localPath(typedNext)
  const { signIn } = portal()
  const here = { browser: await browser(), trace }
  if (way === 'mail') {
    await keepMailCookie(await signIn.requestMail({ email, purpose: 'sign-in', next, ...here }))
    return redirect('/sign-in/code')
  }
  await keepSignedIn(await signIn.signInWithPassword({ email, password, ...here }))
  return redirect(next ?? '/')
})

const finish = async (proof: { code: string } | { token: string }, trace: RequestOrigin): Promise<never> => {
  const { signIn } = portal()
  const cookie = await mailCookie()
  await keepSignedIn(await signIn.signInByMail({ proof, cookie, browser: await browser(), trace }))
  await forgetMailCookie()
  return redirect(signIn.askingBrowser(cookie)?.next ?? '/')
}

/** Signs in by the code of the mail. */
export const enterCodeAction = action(
  z.object({ code: z.string().trim().min(1, 'Enter the code from the mail.').max(20, 'A code has six digits.') }),
  ({ code }, trace) => finish({ code }, trace),
)

/** Signs in by the link of the mail, in the browser that asked for it. */
export const followLinkAction = action(
  z.object({ token: z.string() }),
  ({ token }, trace) => finish({ token }, trace),
  {
    secrets: ['token'],
  },
)
