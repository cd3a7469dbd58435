import type { LeakReaction } from '#lib/access/environment-store.ts'
import type { FoundCredential } from '#lib/leaks/found-credential.ts'
import type { LeakWork } from '#lib/leaks/leak-store.ts'
import { type Token, tokenState } from '#lib/tokens/token.ts'

/** Who stands as having paused or revoked a token whose credential was found. */
export const LEAK_ACTOR_ID = 'leak'

/** What a paused token's page says. */
export const LEAK_PAUSE_REASON =
  'A copy of its credential was reported as found. Rotate it without overlap before it is resumed.'

/** All that the decision stands on. */
export type LeakScene = {
  readonly found: FoundCredential
  readonly token: Token
  /** When the row of the credential ends it; null: with its token. */
  readonly credentialEndsAt: number | null
  /** Whether what came of the same exchange has ended already. */
  readonly familyEnded: boolean
  readonly reaction: LeakReaction
  /** Of all roles in the account: only its people can resume what a leak has paused. */
  readonly strongestLevel: number
}

/** What is to be done; undefined: nothing, as it is of no use to anybody any more, or done already. */
export type LeakDecision = LeakWork | undefined

const isOver = (end: number | null, now: number): boolean => end !== null && end <= now

const paused = ({ token, strongestLevel }: LeakScene, now: number): LeakDecision => {
  if (token.paused?.by === LEAK_ACTOR_ID) return undefined
  const pause = { at: now, by: LEAK_ACTOR_ID, level: strongestLevel, reason: LEAK_PAUSE_REASON }
  return { act: 'stop_token', token: { ...token, paused: pause } }
}

const revoked = ({ token }: LeakScene, now: number): LeakDecision => ({
  act: 'stop_token',
  token: { ...token, revoked: { at: now, by: LEAK_ACTOR_ID, reason: 'leaked' } },
})

/**
 * What is done about a found credential; pure. What came of an exchange ends with its family, whatever the reaction: its
 * client exchanges again, and the secret was not found. A credential that is being rotated away ends now, and the other
 * one stays. Else the token follows the environment's reaction.
 */
export const decideLeak = (scene: LeakScene, now: number): LeakDecision => {
  const { found, token, credentialEndsAt, reaction } = scene
  const state = tokenState(token, now)
  if (state === 'revoked' || state === 'expired') return undefined
  if (isOver(found.endsAt, now) || isOver(credentialEndsAt, now) || scene.familyEnded) return undefined
  if (found.familyId !== undefined)
    return { act: 'end_family', family: { tenantId: token.tenantId, tokenId: token.id, familyId: found.familyId } }
  if (reaction === 'tell') return { act: 'tell', token }
  if (credentialEndsAt !== null) return { act: 'end_credential', token, credentialId: found.credentialId }
  return reaction === 'pause' ? paused(scene, now) : revoked(scene, now)
}
