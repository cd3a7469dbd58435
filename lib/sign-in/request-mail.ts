import type { Randomness } from '#lib/keys/randomness.ts'
import { sealAskingBrowser } from '#lib/sign-in/asking-browser.ts'
import type { Background } from '#lib/sign-in/background.ts'
import { bucketsOf } from '#lib/sign-in/buckets.ts'
import { challengeMail } from '#lib/sign-in/challenge-mail.ts'
import type { ChallengeStore } from '#lib/sign-in/challenge-store.ts'
import { countAttempt, type GuessPorts } from '#lib/sign-in/guard-guesses.ts'
import { knownBrowser } from '#lib/sign-in/known-browser.ts'
import { type MailPurpose, newChallenge, randomToken } from '#lib/sign-in/mail-challenge.ts'
import type { SignInTrace } from '#lib/sign-in/sign-in-event.ts'
import type { Browser } from '#lib/sign-in/start-session.ts'
import type { Mailer } from '#lib/users/mailer.ts'
import type { UserStore } from '#lib/users/user-store.ts'

/** What mailing a link and a code needs of the world. */
export type RequestMailPorts = GuessPorts & {
  readonly randomness: Randomness
  readonly userStore: UserStore
  readonly challengeStore: ChallengeStore
  readonly mailer: Mailer
  readonly background: Background
  readonly settings: { readonly url: string }
}

type Request = {
  /** Normalized: lower-cased, trimmed. */
  readonly email: string
  readonly purpose: MailPurpose
  /** A path of this portal to lead to afterwards. */
  readonly next: string | undefined
  readonly browser: Browser
  readonly trace: SignInTrace
}

type Asked = Pick<Request, 'email' | 'purpose'> & { readonly browser: string }

const mailChallenge = async (ports: RequestMailPorts, { email, purpose, browser }: Asked): Promise<void> => {
  const user = await ports.userStore.byEmail(email)
  if (!user || user.disabledAt !== null) return
  const asked = { purpose, userId: user.id, browser, now: ports.clock.now() }
  const { challenge, token, code } = newChallenge(ports, asked)
  await ports.challengeStore.create(challenge)
  await ports.mailer.send(challengeMail({ to: user.email, purpose, portalUrl: ports.settings.url, token, code }))
}

/**
 * Mails a link and a code to an address, if a person who may sign in has it; the answer, a cookie's value, is the same
 * and as quick if nobody has. `sign_in.slow_down` after too many mails.
 */
export const requestMail =
  (ports: RequestMailPorts) =>
  async ({ email, purpose, next, browser, trace }: Request): Promise<string> => {
    const asking = { email, address: trace.address, knownBrowser: knownBrowser(ports, browser.known, email) }
    await countAttempt(ports)(bucketsOf('mail', asking))
    const binding = randomToken(ports.randomness)
    ports.background.run('a sign-in mail', trace.requestId, () =>
      mailChallenge(ports, { email, purpose, browser: binding }),
    )
    return sealAskingBrowser(ports.secretRing, {
      browser: binding,
      email,
      purpose,
      ...(next === undefined ? {} : { next }),
    })
  }
