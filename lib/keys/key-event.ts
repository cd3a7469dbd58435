import { type AuditActor, type AuditEvent, type AuditEventType, ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { StoredSigningKey } from '#lib/keys/signing-key.ts'

/** Who changes keys, and by which request. */
export type KeyActor = { readonly actor: AuditActor; readonly requestId: string }

/** Latchkey itself, when a key's time has come. */
export const keyKeeper = ({ uuid }: Randomness): KeyActor => ({
  actor: { kind: 'system', id: 'latchkey', name: 'Latchkey' },
  requestId: uuid(),
})

/** Whoever may run commands on the machine: nobody signs in for that. */
export const keyOperator = ({ uuid }: Randomness): KeyActor => ({
  actor: { kind: 'system', id: 'command-line', name: 'The command line' },
  requestId: uuid(),
})

/** Tells of a signing key: it is the environment's affair. */
export const keyEvent = (
  { orderedUuid }: Randomness,
  by: KeyActor,
  type: AuditEventType,
  { kid, purpose, algorithm }: Pick<StoredSigningKey, 'kid' | 'purpose' | 'algorithm'>,
  at: number,
): AuditEvent => ({
  ...by,
  tenantId: ENVIRONMENT_SCOPE,
  id: orderedUuid(),
  at,
  type,
  target: { kind: 'signing_key', id: kid, name: kid },
  address: undefined,
  details: { purpose, algorithm },
})
