import type { Connection } from '#db/connection.ts'
import { NOW } from '#db/contract/acme.ts'
import { auditWrites } from '#db/writes.ts'
import type { AuditEvent, AuditEventType } from '#lib/audit/audit-event.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'

type Seeded = Partial<AuditEvent> & {
  /** Id of the token it is about. */
  readonly of: string
  /** Id of the person who did it; the system unless given. */
  readonly by?: string
}

/** An event about a token, as a test needs it. */
export const seededEvent = (type: AuditEventType, { of, by, ...rest }: Seeded): AuditEvent => ({
  tenantId: 'acme',
  id: systemRandomness.uuid(),
  at: NOW,
  type,
  actor: by === undefined ? { kind: 'system', id: 'latchkey', name: 'Latchkey' } : { kind: 'user', id: by, name: by },
  target: { kind: 'token', id: of, name: of },
  requestId: 'r',
  address: undefined,
  details: {},
  ...rest,
})

/** Puts events into a test's database, as the writes that tell of them would. */
export const seedEvents = async ({ atomically, schema }: Connection, events: readonly AuditEvent[]): Promise<void> => {
  await atomically((tx) => auditWrites(tx, schema, events))
}

/** `seedEvents` for one, of a type. */
export const seedEvent = async (connection: Connection, type: AuditEventType, seeded: Seeded): Promise<void> =>
  seedEvents(connection, [seededEvent(type, seeded)])
