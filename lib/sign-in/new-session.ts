import { LIMITS } from '#lib/config/limits.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { type NewSession, SESSION_LIFETIME_SECONDS, type SessionMethod } from '#lib/sign-in/session.ts'
import type { SignInTrace } from '#lib/sign-in/sign-in-event.ts'

const SID_BYTES = 32

type Ports = { readonly randomness: Randomness; readonly secretRing: SecretRing }

type Beginning = {
  readonly userId: string
  readonly method: SessionMethod
  /** NumericDate. */
  readonly now: number
  /** NumericDate of the proof of identity, where it lies before now. */
  readonly signedInAt?: number | undefined
  readonly trace: SignInTrace
}

/**
 * A session to be written, and its random value (256 bits) for the cookie. Always a new one: a value that was in the
 * browser before signing in is never taken over.
 */
export const newSession = (
  { randomness, secretRing }: Ports,
  { userId, method, now, signedInAt = now, trace }: Beginning,
): { readonly sid: string; readonly session: NewSession } => {
  const sid = Buffer.from(randomness.bytes(SID_BYTES)).toString('base64url')
  return {
    sid,
    session: {
      digest: secretRing.digest('session', sid).digest,
      id: randomness.uuid(),
      userId,
      method,
      signedInAt,
      lastSeenAt: now,
      expiresAt: now + SESSION_LIFETIME_SECONDS,
      address: trace.address,
      agent: trace.agent?.slice(0, LIMITS.agentLength),
    },
  }
}
