import type { SecretRing } from '#lib/keys/secret-ring.ts'
import type { Clock } from '#lib/time/clock.ts'
import { MINUTE_SECONDS } from '#lib/time/duration.ts'

/** What a server says so that proofs are made after it (RFC 9449 §8). */
export type ProofNonces = {
  /** The nonce of these three minutes, the same in every process that has the secret. */
  current(): string
  /** Whether a text is the nonce of now or of the three minutes before, under any secret of the ring. */
  accepts(text: string): boolean
}

const WINDOW_SECONDS = 3 * MINUTE_SECONDS

/** Nonces that nobody stores: a digest of the time, under the environment's secret. */
export const createProofNonces = ({
  secretRing,
  clock,
}: {
  readonly secretRing: SecretRing
  readonly clock: Clock
}): ProofNonces => {
  const windowAt = (): number => Math.floor(clock.now() / WINDOW_SECONDS)
  return {
    current: () => secretRing.digest('dpop-nonce', String(windowAt())).digest,
    accepts: (text) => {
      const window = windowAt()
      return [window, window - 1].some((one) => secretRing.digests('dpop-nonce', String(one)).includes(text))
    },
  }
}
