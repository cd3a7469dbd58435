import type { AuditEvent } from '#lib/audit/audit-event.ts'

/** What an operator's word on a restored database leaves in the trail. */
export const restoredEvent = (id: string, at: number): AuditEvent => ({
  tenantId: '*',
  id,
  at,
  type: 'environment.restored',
  actor: { kind: 'system', id: 'command-line', name: 'The command line' },
  target: { kind: 'environment', id: 'environment', name: 'Environment' },
  requestId: 'restore-1',
  address: undefined,
  details: {},
})
