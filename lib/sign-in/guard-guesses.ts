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

/**
 * Makes an attempt if its buckets allow one now, else throws `sign_in.slow_down` with the seconds to wait. It counts
 * before it is made; a right guess settles the buckets, and what failed for another reason is taken back.
 */
export const guardGuesses =
  (ports: GuessPorts) =>
  async <Result>(buckets: readonly Bucket[], attempt: () => Promise<Result>): Promise<Result> => {
    const keys = buckets.map((bucket) => keyOf(ports, bucket))
    await countAll(ports, keys)
    try {
      const result = await attempt()
      const forgets = (_key: GuessKey, index: number) => buckets[index]?.forgetOnSuccess === true
      await ports.guessStore.settle({
        forget: keys.filter(forgets),
        giveBack: keys.filter((key, index) => !forgets(key, index)),
      })
      return result
    } catch (thrown) {
      if (!isWrongGuess(thrown)) await ports.guessStore.settle({ giveBack: keys, forget: [] }).catch(() => undefined)
      throw thrown
    }
  }

/** Forgets attempts after all, once something has proved them right. */
export const forgetAttempts =
  (ports: GuessPorts) =>
  async (buckets: readonly Bucket[]): Promise<void> => {
    const forgotten = buckets.filter(({ forgetOnSuccess }) => forgetOnSuccess)
    await ports.guessStore.settle({ forget: forgotten.map((bucket) => keyOf(ports, bucket)), giveBack: [] })
  }

/** Counts an attempt that nothing can prove right: each one is a step towards slowing down. */
export const countAttempt =
  (ports: GuessPorts) =>
  async (buckets: readonly Bucket[]): Promise<void> =>
    countAll(
      ports,
      buckets.map((bucket) => keyOf(ports, bucket)),
    )
