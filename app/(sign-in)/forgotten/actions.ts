'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { action } from '#app/action.ts'
import { browser, forgetMailCookie, keepMailCookie, keepSignedIn, mailCookie } from '#app/browser.ts'
import { portal } from '#app/portal.ts'
import { localPath } from '#lib/sign-in/local-path.ts'
import { emailSchema } from '#lib/users/email.ts'

/** Has a link and a code mailed by which a new password can be chosen. */
export const forgottenAction = action(
  z.object({ email: emailSchema, next: z.string().optional() }),
  async ({ email, next }, trace) => {
    const request = { email, purpose: 'password', next: localPath(next), browser: await browser(), trace } as const
    await keepMailCookie(await portal().signIn.requestMail(request))
    return redirect('/forgotten/code')
  },
)

const newPassword = z.string().min(1, 'Enter a new password.')

/** Sets a new password by the code or the link of the mail, and signs in. */
export const resetPasswordAction = action(
  z.object({ token: z.string().optional(), code: z.string().trim().max(20).optional(), newPassword }),
  async ({ token, code = '', newPassword: typed }, trace) => {
    const { signIn } = portal()
    const cookie = await mailCookie()
    const proof = token === undefined ? { code } : { token }
    await keepSignedIn(
      await signIn.resetPassword({ proof, cookie, newPassword: typed, browser: await browser(), trace }),
    )
    await forgetMailCookie()
    return redirect(signIn.askingBrowser(cookie)?.next ?? '/')
  },
  { secrets: ['token'] },
)
