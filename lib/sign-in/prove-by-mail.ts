import { PortalError } from '#lib/errors/portal-error.ts'
import { type AskingBrowser, openAskingBrowser } from '#lib/sign-in/asking-browser.ts'
import { bucketsOf } from '#lib/sign-in/buckets.ts'
import type { ChallengeStore } from '#lib/sign-in/challenge-store.ts'
import { forgetAttempts, type GuessPorts, guardGuesses } from '#lib/sign-in/guard-guesses.ts'
import { knownBrowser } from '#lib/sign-in/known-browser.ts'
import { isBrowserOf, isCodeOf, type MailChallenge, type MailPurpose } from '#lib/sign-in/mail-challenge.ts'
import { ANONYMOUS, type SignInTrace, signInEvent } from '#lib/sign-in/sign-in-event.ts'
import type { Browser, SignedIn, StartPorts } from '#lib/sign-in/start-session.ts'
import type { User } from '#lib/users/user.ts'
import type { UserStore } from '#lib/users/user-store.ts'

/** What proving an address by mail needs of the world. */
export type MailProofPorts = StartPorts &
  GuessPorts & { readonly challengeStore: ChallengeStore; readonly userStore: UserStore }

/** What shows that a person has the mail: its code, or the token of its link; and the browser it is shown in. */
export type MailProof = {
  readonly proof: { readonly code: string } | { readonly token: string }
  /** The cookie of the browser that asked. */
  readonly cookie: string | undefined
  readonly browser: Browser
  readonly trace: SignInTrace
}

/** The challenge was good: start the session that uses it up. */
export type MailProved = (user: User, challengeId: string) => Promise<SignedIn | 'person' | 'challenge'>

const refuse = (): PortalError => new PortalError('sign_in.code', { fields: { code: ['This code is not accepted.'] } })

const challengeOfCode = async (
  ports: MailProofPorts,
  { browser, purpose }: AskingBrowser,
  { code, trace }: { readonly code: string; readonly trace: SignInTrace },
): Promise<MailChallenge | undefined> => {
  const challenge = await ports.challengeStore.tryCode({
    browserDigests: ports.secretRing.digests('mail-browser', browser),
    purpose,
    now: ports.clock.now(),
    event: signInEvent(ports, {
      type: 'mail_code.tried',
      actor: ANONYMOUS,
      target: { kind: 'environment', id: '*', name: '' },
      trace,
      details: { purpose },
    }),
  })
  return challenge && isCodeOf(ports.secretRing, challenge, code) ? challenge : undefined
}

const challengeOfLink = async (
  { challengeStore, secretRing, clock }: MailProofPorts,
  { browser, purpose }: AskingBrowser,
  token: string,
): Promise<MailChallenge | undefined> => {
  const challenge = await challengeStore.byLink(secretRing.digests('mail-link', token), clock.now())
  const isOurs = challenge?.purpose === purpose && isBrowserOf(secretRing, challenge, browser)
  return isOurs ? challenge : undefined
}

const prove = async (
  ports: MailProofPorts,
  asking: AskingBrowser,
  { proof, trace }: MailProof,
  proved: MailProved,
): Promise<SignedIn> => {
  const challenge = await ('code' in proof
    ? challengeOfCode(ports, asking, { code: proof.code, trace })
    : challengeOfLink(ports, asking, proof.token))
  const user = challenge && (await ports.userStore.byId(challenge.userId))
  const signedIn = challenge && user && (await proved(user, challenge.id))
  if (signedIn && typeof signedIn === 'object') return signedIn
  throw refuse()
}

/**
 * Runs `proved` if this browser asked for a mail of this purpose and shows its code or its link, once and in time;
 * else `sign_in.code`, in the same words and after the same work if nobody has the address. Codes are slowed down.
 */
export const proveByMail =
  (ports: MailProofPorts) =>
  async (purpose: MailPurpose, shown: MailProof, proved: MailProved): Promise<SignedIn> => {
    const asking = openAskingBrowser(ports.secretRing, shown.cookie)
    if (asking?.purpose !== purpose) throw refuse()
    const { email } = asking
    const counted = {
      email,
      address: shown.trace.address,
      knownBrowser: knownBrowser(ports, shown.browser.known, email),
    }
    // Nobody guesses a link of 256 bits: it works while strangers' codes are slowed down.
    const buckets = 'code' in shown.proof ? bucketsOf('code', counted) : []
    const signedIn = await guardGuesses(ports)(buckets, () => prove(ports, asking, shown, proved))
    await forgetAttempts(ports)(bucketsOf('mail', counted))
    return signedIn
  }
