import { DAY_SECONDS, toRfc3339 } from '#lib/time/duration.ts'
import { type Token, tokenState } from '#lib/tokens/token.ts'
import type { TokenUse } from '#lib/tokens/usage-counter.ts'

/** The first second of the UTC day of a moment. */
export const dayOf = (at: number): number => at - (at % DAY_SECONDS)

/**
 * The id of the one audit event that tells of a credential's uses after its end on a UTC day. It follows from both, so
 * that no process can tell of it twice.
 */
export const retiredUseId = (credentialId: string, at: number): string =>
  `retired-use:${credentialId}:${toRfc3339(at).slice(0, 10)}`

/** What a use of a credential says of its end: set if that is over while the token itself lives. */
export const retirementOf = (
  token: Pick<Token, 'name' | 'revoked' | 'expiresAt' | 'paused'>,
  endsAt: number | null | undefined,
  now: number,
): TokenUse['retired'] => {
  if (typeof endsAt !== 'number' || endsAt > now) return undefined
  const state = tokenState(token, now)
  return state === 'revoked' || state === 'expired' ? undefined : { endedAt: endsAt, tokenName: token.name }
}
