import type { ChallengeStore } from '#lib/sign-in/challenge-store.ts'
import type { GuessStore } from '#lib/sign-in/guess-store.ts'
import type { SessionStore } from '#lib/sign-in/session-store.ts'
import type { Clock } from '#lib/time/clock.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'

type Ports = {
  readonly clock: Clock
  readonly sessionStore: SessionStore
  readonly guessStore: GuessStore
  readonly challengeStore: ChallengeStore
}

const KEPT_SECONDS = 2 * DAY_SECONDS

/** Deletes sessions, guesses and mailed challenges that ended two days ago or earlier; run every hour. */
export const purgeSignIn =
  ({ clock, sessionStore, guessStore, challengeStore }: Ports) =>
  async (): Promise<void> => {
    const before = clock.now() - KEPT_SECONDS
    await sessionStore.purge(before)
    await guessStore.purge(before)
    await challengeStore.purge(before)
  }
