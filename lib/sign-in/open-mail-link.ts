import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { openAskingBrowser } from '#lib/sign-in/asking-browser.ts'
import type { ChallengeStore } from '#lib/sign-in/challenge-store.ts'
import { codeOfLink, isBrowserOf, type MailPurpose } from '#lib/sign-in/mail-challenge.ts'
import type { Clock } from '#lib/time/clock.ts'

type Ports = { readonly challengeStore: ChallengeStore; readonly secretRing: SecretRing; readonly clock: Clock }

/** What a mailed link opens to. */
export type OpenedLink =
  /** In the browser that asked: a button there finishes. */
  | { readonly place: 'here'; readonly email: string }
  /** In another: the code to type in the one that asked. */
  | { readonly place: 'elsewhere'; readonly code: string }
  | { readonly place: 'gone' }

/** What to show for a mailed link. Reading it changes nothing, so that mail scanners may open it as often as they like. */
export const openMailLink =
  ({ challengeStore, secretRing, clock }: Ports) =>
  async ({
    purpose,
    token,
    cookie,
  }: {
    readonly purpose: MailPurpose
    readonly token: string
    readonly cookie: string | undefined
  }): Promise<OpenedLink> => {
    const challenge = await challengeStore.byLink(secretRing.digests('mail-link', token), clock.now())
    if (challenge?.purpose !== purpose) return { place: 'gone' }
    const asking = openAskingBrowser(secretRing, cookie)
    if (asking && isBrowserOf(secretRing, challenge, asking.browser)) return { place: 'here', email: asking.email }
    const code = codeOfLink(secretRing, challenge, token)
    return code === undefined ? { place: 'gone' } : { place: 'elsewhere', code }
  }
