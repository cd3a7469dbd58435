import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS } from '#lib/time/duration.ts'

/** What failures are counted over. `…-browser`: an account as one browser sees it that has signed in to it before. */
export type GuessScope =
  | 'password-account'
  | 'password-browser'
  | 'password-address'
  | 'code-account'
  | 'code-browser'
  | 'mail-account'
  | 'mail-browser'
  | 'mail-address'
  /** An account as all browsers together see it that have signed in to it before. */
  | 'password-browsers'
  | 'code-browsers'
  | 'mail-browsers'

/** Failures so far in one bucket; NumericDates of the first and the last. */
export type GuessCount = { readonly failures: number; readonly since: number; readonly lastAt: number }

/** How a scope slows down. */
export type GuessPolicy = {
  /** Failures that cost nothing. */
  readonly free: number
  /** Seconds to wait after the next one; they double with each. */
  readonly firstDelaySeconds: number
  readonly longestDelaySeconds: number
  /** Seconds without a failure after which the count begins anew. */
  readonly forgetSeconds: number
}

const perAccount: GuessPolicy = {
  free: 5,
  firstDelaySeconds: 2,
  longestDelaySeconds: 15 * MINUTE_SECONDS,
  forgetSeconds: DAY_SECONDS,
}

// Many people may share an address; a bucket of its own keeps one guesser from trying every account once.
const perAddress: GuessPolicy = { ...perAccount, free: 30, firstDelaySeconds: 1, forgetSeconds: HOUR_SECONDS }

// Six digits: a hundred wrong codes a day would still be one chance in ten thousand.
const perCode: GuessPolicy = { ...perAccount, free: 10, firstDelaySeconds: 30, longestDelaySeconds: HOUR_SECONDS }

// Mails somebody asks for fill a stranger's inbox.
const perMail: GuessPolicy = { ...perAccount, free: 4, firstDelaySeconds: MINUTE_SECONDS, forgetSeconds: HOUR_SECONDS }

// Each sign-in makes a browser known: whoever once had the password may have many of them.
const overBrowsers = (policy: GuessPolicy): GuessPolicy => ({ ...policy, free: 4 * policy.free })

/** The policy of each scope. */
export const GUESS_POLICIES: Readonly<Record<GuessScope, GuessPolicy>> = {
  'password-account': perAccount,
  'password-browser': perAccount,
  'password-address': perAddress,
  'code-account': perCode,
  'code-browser': perCode,
  'mail-account': perMail,
  'mail-browser': perMail,
  'mail-address': { ...perAddress, firstDelaySeconds: 10 },
  'password-browsers': overBrowsers(perAccount),
  'code-browsers': overBrowsers(perCode),
  'mail-browsers': overBrowsers(perMail),
}

/** Seconds to wait after so many failures. */
export const delaySeconds = (policy: GuessPolicy, failures: number): number =>
  failures <= policy.free
    ? 0
    : Math.min(policy.longestDelaySeconds, policy.firstDelaySeconds * 2 ** Math.min(30, failures - policy.free - 1))

/** Whether one more attempt may be made now. */
export type GuessDecision =
  | { readonly outcome: 'counted'; readonly next: GuessCount }
  | { readonly outcome: 'slow_down'; readonly retryAfterSeconds: number }

/** Counts an attempt as failed before it is made, so that many at the same moment do not all come for free; pure. */
export const decideGuess = (policy: GuessPolicy, seen: GuessCount | undefined, now: number): GuessDecision => {
  if (!seen || now - seen.lastAt >= policy.forgetSeconds) {
    return { outcome: 'counted', next: { failures: 1, since: now, lastAt: now } }
  }
  const retryAfterSeconds = seen.lastAt + delaySeconds(policy, seen.failures) - now
  if (retryAfterSeconds > 0) return { outcome: 'slow_down', retryAfterSeconds }
  return { outcome: 'counted', next: { failures: seen.failures + 1, since: seen.since, lastAt: now } }
}
