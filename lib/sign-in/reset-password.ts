import { openAskingBrowser } from '#lib/sign-in/asking-browser.ts'
import { type MailProof, type MailProofPorts, proveByMail } from '#lib/sign-in/prove-by-mail.ts'
import { actorOf, signInEvent, userTarget } from '#lib/sign-in/sign-in-event.ts'
import { type SignedIn, startSession } from '#lib/sign-in/start-session.ts'
import type { PasswordHasher } from '#lib/users/password-hasher.ts'
import { normalizePassword, requireGoodPassword } from '#lib/users/password-policy.ts'

/** What a new password by mail needs of the world. */
export type ResetPasswordPorts = MailProofPorts & {
  readonly passwordHasher: PasswordHasher
  readonly settings: { readonly productName: string }
}

/**
 * Sets a new password by a mailed code or link: link and code are used up, every session ends, this browser is signed
 * in. `request.invalid` beside `newPassword` before the code is looked at, so that it costs no try.
 */
export const resetPassword =
  (ports: ResetPasswordPorts) =>
  async ({ newPassword, ...shown }: MailProof & { readonly newPassword: string }): Promise<SignedIn> => {
    const { browser, trace, cookie } = shown
    const email = openAskingBrowser(ports.secretRing, cookie)?.email ?? ''
    await requireGoodPassword(newPassword, { email, productName: ports.settings.productName }, 'newPassword')
    return proveByMail(ports)('password', shown, async (user, challengeId) =>
      startSession(ports)({
        user,
        method: 'mail',
        challengeId,
        // Not before the proof: anybody may send wrong ones, and each would keep those waiting who sign in.
        passwordDigest: await ports.passwordHasher.hash(normalizePassword(newPassword)),
        endsAll: true,
        browser,
        trace,
        event: signInEvent(ports, {
          type: 'user.password_reset',
          actor: actorOf(user),
          target: userTarget(user),
          trace,
        }),
      }),
    )
  }
