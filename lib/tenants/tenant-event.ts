import type { Principal } from '#lib/access/principal.ts'
import { type AuditEvent, type AuditEventType, ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { Clock } from '#lib/time/clock.ts'

/** What telling of an event needs of the world. */
export type EventPorts = { readonly clock: Clock; readonly randomness: Randomness }

/** Who did it, and by which request. */
export type EventSource = Pick<Principal, 'userId' | 'name' | 'request'>

/** What happened, and to whom or what. */
export type Happening = Pick<AuditEvent, 'type' | 'target' | 'details'>

/** Tells what a person did in a tenant, or in the environment if none is given. */
export const eventBy = (
  { clock, randomness }: EventPorts,
  { userId, name, request }: EventSource,
  { type, target, details }: { readonly type: AuditEventType } & Omit<Happening, 'type'>,
  tenantId: string = ENVIRONMENT_SCOPE,
): AuditEvent => ({
  tenantId,
  id: randomness.orderedUuid(),
  at: clock.now(),
  type,
  actor: { kind: 'user', id: userId, name },
  target,
  requestId: request.requestId,
  address: request.address,
  details,
})
