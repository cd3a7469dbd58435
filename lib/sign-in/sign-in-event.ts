import type { RequestTrace } from '#lib/access/principal.ts'
import { type AuditActor, type AuditEvent, type AuditEventType, ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { Clock } from '#lib/time/clock.ts'

/** What telling of an event needs of the world. */
export type EventPorts = { readonly clock: Clock; readonly randomness: Randomness }

/** A request as sign-in sees it: `agent` is shown in the list of sessions. */
export type SignInTrace = RequestTrace & { readonly agent: string | undefined }

type Named = { readonly id: string; readonly name: string }

type Happening = {
  readonly type: AuditEventType
  readonly actor: AuditActor
  readonly target: AuditEvent['target']
  readonly trace: RequestTrace
  readonly details?: AuditEvent['details']
  readonly tenantId?: string
}

/** The trace of what no request asked for: the start of the portal. */
export const systemTrace = ({ randomness }: Pick<EventPorts, 'randomness'>): SignInTrace => ({
  requestId: randomness.uuid(),
  address: undefined,
  agent: undefined,
})

/** A person as the one who did something. */
export const actorOf = ({ id, name }: Named): AuditActor => ({ kind: 'user', id, name })

/** Somebody who has not proved who they are. */
export const ANONYMOUS: AuditActor = { kind: 'anonymous', id: '', name: '' }

/** A person as the one something happened to. */
export const userTarget = ({ id, name }: Named): AuditEvent['target'] => ({ kind: 'user', id, name })

/** Tells what happened; in the environment unless a tenant is given. */
export const signInEvent = ({ clock, randomness }: EventPorts, happening: Happening): AuditEvent => ({
  tenantId: happening.tenantId ?? ENVIRONMENT_SCOPE,
  id: randomness.orderedUuid(),
  at: clock.now(),
  type: happening.type,
  actor: happening.actor,
  target: happening.target,
  requestId: happening.trace.requestId,
  address: happening.trace.address,
  details: happening.details ?? {},
})
