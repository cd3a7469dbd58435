import { isPortalError, PortalError } from '#lib/errors/portal-error.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { decideGuess, GUESS_POLICIES, type GuessScope } from '#lib/sign-in/guess-policy.ts'
import type { CountedGuess, GuessKey, GuessStore } from '#lib/sign-in/guess-store.ts'
import type { Clock } from '#lib/time/clock.ts'

/** What slowing down needs of the world. */
export type GuessPorts = { readonly guessStore: GuessStore; readonly secretRing: SecretRing; readonly clock: Clock }

/** What an attempt counts for: an account, an account in a known browser, an address. */
export type Bucket = {
  readonly scope: GuessScope
  readonly text: string
  /** Whether a right guess wipes the count; else it only takes itself back. */
  readonly forgetOnSuccess: boolean
}

const RUNS_MAX = 3

const slowDown = (seconds: number): PortalError => {
  const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
  return new PortalError('sign_in.slow_down', {
    detail: `There were too many attempts. Wait ${seconds === 1 ? 'a second' : wait} and try again.`,
    retryAfterSeconds: seconds,
  })
}

const keyOf = ({ secretRing }: GuessPorts, { scope, text }: Bucket): GuessKey => ({
  scope,
  digest: secretRing.digest('guess-bucket', `${scope}\n${text}`).digest,
})

const decideAll = async ({ guessStore, clock }: GuessPorts, keys: readonly GuessKey[]) => {
  const seen = await guessStore.read(keys)
  const now = clock.now()
  const counted: CountedGuess[] = []
  let wait = 0
  for (const [index, key] of keys.entries()) {
    const decision = decideGuess(GUESS_POLICIES[key.scope], seen[index], now)
    if (decision.outcome === 'slow_down') wait = Math.max(wait, decision.retryAfterSeconds)
    else counted.push({ key, seen: seen[index], next: decision.next })
  }
  if (wait > 0) throw slowDown(wait)
  return counted
}

const countAll = async (ports: GuessPorts, keys: readonly GuessKey[]): Promise<void> => {
  for (let run = 1; run <= RUNS_MAX; run += 1) {
    if (await ports.guessStore.count(await decideAll(ports, keys))) return
  }
  throw slowDown(1)
}

const isWrongGuess = (thrown: unknown): boolean =>
  isPortalError(thrown) && (thrown.code === 'sign_in.refused' || thrown.code === 'sign_in.code')

// Where the store refuses, what was counted stays counted and may slow down the next attempt. How this one ended nobody
// may be told otherwise for that: a session has begun, or a code is used up.
const settle = async ({ guessStore }: GuessPorts, keys: Parameters<GuessStore['settle']>[0]): Promise<void> =>
  guessStore.settle(keys).catch(() => undefined)

/**
 * Makes an attempt if its buckets allow one now, else throws `sign_in.slow_down` with the seconds to wait. It counts
 * before it is made; a right guess settles the buckets, and what failed for another reason is taken back. Once it is
 * made, its own end is the answer, whether or not the store could settle.
 */
export const guardGuesses =
  (ports: GuessPorts) =>
  async <Result>(buckets: readonly Bucket[], attempt: () => Promise<Result>): Promise<Result> => {
    const keys = buckets.map((bucket) => keyOf(ports, bucket))
    await countAll(ports, keys)
    let result: Result
    try {
      result = await attempt()
    } catch (thrown) {
      if (!isWrongGuess(thrown)) await settle(ports, { giveBack: keys, forget: [] })
      throw thrown
    }
    const forgets = (_key: GuessKey, index: number) => buckets[index]?.forgetOnSuccess === true
    await settle(ports, {
      forget: keys.filter(forgets),
      giveBack: keys.filter((key, index) => !forgets(key, index)),
    })
    return result
  }

/** Forgets attempts after all, once something has proved them right; where the store refuses, they stay counted. */
export const forgetAttempts =
  (ports: GuessPorts) =>
  async (buckets: readonly Bucket[]): Promise<void> => {
    const forgotten = buckets.filter(({ forgetOnSuccess }) => forgetOnSuccess)
    await settle(ports, { forget: forgotten.map((bucket) => keyOf(ports, bucket)), giveBack: [] })
  }

/** Counts an attempt that nothing can prove right: each one is a step towards slowing down. */
export const countAttempt =
  (ports: GuessPorts) =>
  async (buckets: readonly Bucket[]): Promise<void> =>
    countAll(
      ports,
      buckets.map((bucket) => keyOf(ports, bucket)),
    )
