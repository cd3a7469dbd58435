import type { AuditEvent } from '#lib/audit/audit-event.ts'
import { type ChangeRotationPorts } from '#lib/tokens/change-rotation.ts'
import { decideSilence, RHYTHM_SECONDS, SILENCE_SECONDS_MIN, type SilenceDecision } from '#lib/tokens/decide-silence.ts'
import { type Overlap, overlapOf } from '#lib/tokens/overlap.ts'
import type { OverlapPlace } from '#lib/tokens/rotation-store.ts'
import { type Token, tokenState } from '#lib/tokens/token.ts'

type Ports = Pick<ChangeRotationPorts, 'clock' | 'randomness' | 'tokenStore' | 'rotationStore'>

const PLACES_AT_ONCE = 100

const silenceOf = async (
  { rotationStore }: Ports,
  token: Token,
  { current, former }: Overlap,
  now: number,
): Promise<SilenceDecision> => {
  const { tenantId, id: tokenId, createdAt } = token
  const uses = await rotationStore.uses(tenantId, tokenId)
  const rotatedAt = current.createdAt
  const usedDays = await rotationStore.usedDays(tenantId, tokenId, rotatedAt - RHYTHM_SECONDS, rotatedAt)
  const use = {
    rotatedAt,
    createdAt,
    usedDays,
    formerUsedAt: uses.get(former.id)?.at,
    currentUsedAt: uses.get(current.id)?.at,
  }
  const decision = decideSilence(use, now)
  // While it was paused nobody could use the former one: its time begins when it works again.
  return decision.finish && (await rotationStore.wasResumed(tenantId, tokenId, decision.silentSince))
    ? { finish: false }
    : decision
}

const finishedEvent = (
  { randomness }: Ports,
  { tenantId, id, name, context, type }: Token,
  { current, former }: Overlap,
  now: number,
): AuditEvent => ({
  tenantId,
  id: randomness.orderedUuid(),
  at: now,
  type: 'token.rotation_finished',
  actor: { kind: 'system', id: 'latchkey', name: 'Latchkey' },
  target: { kind: 'token', id, name },
  requestId: 'tokens.finish_rotations',
  address: undefined,
  details: { context, type, rotationId: current.id, endedCredentialId: former.id, reason: 'silent' },
})

const finishOne = async (ports: Ports, { tenantId, tokenId }: OverlapPlace): Promise<void> => {
  const now = ports.clock.now()
  const token = await ports.tokenStore.find(tenantId, tokenId)
  const state = token && tokenState(token, now)
  if (!token || (state !== 'active' && state !== 'expiring')) return
  const overlap = overlapOf(await ports.tokenStore.credentials(tenantId, tokenId), now)
  if (!overlap) return
  const silence = await silenceOf(ports, token, overlap, now)
  if (!silence.finish) return
  const { current, former, endsAt } = overlap
  await ports.rotationStore.finishSilent(
    { token, current, former: { id: former.id, endsAt }, silentSince: silence.silentSince },
    finishedEvent(ports, token, overlap, now),
  )
}

/**
 * Finishes each rotation whose former credential has been silent for long enough while the new one is used; run every
 * hour. One that is used in the same moment goes on: the write looks again.
 */
export const finishSilentRotations = (ports: Ports) => async (): Promise<void> => {
  const now = ports.clock.now()
  const asked = { now, silentSince: now - SILENCE_SECONDS_MIN, limit: PLACES_AT_ONCE }
  let places = await ports.rotationStore.overlaps(asked, undefined)
  while (places.length > 0) {
    for (const place of places) await finishOne(ports, place)
    places = await ports.rotationStore.overlaps(asked, places.at(-1))
  }
}
