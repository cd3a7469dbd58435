import type { Principal } from '#lib/access/principal.ts'
import type { AuditEvent, AuditEventType } from '#lib/audit/audit-event.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { Clock } from '#lib/time/clock.ts'
import type { Token } from '#lib/tokens/token.ts'

/** Tells of a change a person made to a token; `details` never hold a secret. */
export const tokenEvent = (
  { clock, randomness }: { readonly clock: Clock; readonly randomness: Randomness },
  principal: Principal,
  type: AuditEventType,
  token: Pick<Token, 'id' | 'name' | 'context' | 'type'>,
  details: Readonly<Record<string, unknown>> = {},
): AuditEvent => ({
  tenantId: principal.tenant.id,
  id: randomness.orderedUuid(),
  at: clock.now(),
  type,
  actor: { kind: 'user', id: principal.userId, name: principal.name },
  target: { kind: 'token', id: token.id, name: token.name },
  requestId: principal.request.requestId,
  address: principal.request.address,
  details: { context: token.context, type: token.type, ...details },
})
