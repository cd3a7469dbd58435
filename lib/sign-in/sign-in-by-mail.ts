import { type MailProof, type MailProofPorts, proveByMail } from '#lib/sign-in/prove-by-mail.ts'
import { type SignedIn, startSession } from '#lib/sign-in/start-session.ts'

/** Signs in by a mailed code or link; see proveByMail for what it throws. */
export const signInByMail =
  (ports: MailProofPorts) =>
  async (shown: MailProof): Promise<SignedIn> =>
    proveByMail(ports)('sign-in', shown, (user, challengeId) =>
      startSession(ports)({ user, method: 'mail', challengeId, browser: shown.browser, trace: shown.trace }),
    )
