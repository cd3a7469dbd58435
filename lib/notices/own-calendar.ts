import type { Person } from '#lib/access/find-principal.ts'
import type { RequestTrace } from '#lib/access/principal.ts'
import { type AuditEvent, type AuditEventType, ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { formatSecret } from '#lib/keys/secret-text.ts'
import type { CalendarStore } from '#lib/notices/calendar-store.ts'
import type { Clock } from '#lib/time/clock.ts'

/** What making and ending a calendar needs of the world. */
export type OwnCalendarPorts = {
  readonly settings: { readonly url: string }
  readonly clock: Clock
  readonly randomness: Randomness
  readonly secretRing: SecretRing
  readonly calendarStore: CalendarStore
}

type Asked = { readonly person: Person; readonly trace: RequestTrace }

const SECRET_BYTES = 32

const eventOf = (
  { clock, randomness }: OwnCalendarPorts,
  { person, trace }: Asked,
  type: Extract<AuditEventType, `user.calendar_${string}`>,
): AuditEvent => ({
  tenantId: ENVIRONMENT_SCOPE,
  id: randomness.orderedUuid(),
  at: clock.now(),
  type,
  actor: { kind: 'user', id: person.userId, name: person.name },
  target: { kind: 'user', id: person.userId, name: person.name },
  requestId: trace.requestId,
  address: trace.address,
  details: {},
})

/**
 * Makes a person's calendar of expiring tokens, and ends a former one. The answer alone holds its address: whoever has it
 * can read names and dates, and nothing else. `session.required` once disabled.
 */
export const makeCalendar =
  (ports: OwnCalendarPorts) =>
  async (asked: Asked): Promise<{ readonly url: string }> => {
    const { settings, clock, randomness, secretRing, calendarStore } = ports
    const secret = formatSecret('lkc_', randomness.bytes(SECRET_BYTES))
    const feed = { userId: asked.person.userId, createdAt: clock.now(), ...secretRing.digest('calendar', secret) }
    if (!(await calendarStore.put(feed, eventOf(ports, asked, 'user.calendar_made'))))
      throw new PortalError('session.required')
    return { url: `${settings.url}/calendar/${secret}.ics` }
  }

/** Ends a person's calendar; one that has ended already is as good as ended now. */
export const endCalendar =
  (ports: OwnCalendarPorts) =>
  async (asked: Asked): Promise<void> => {
    await ports.calendarStore.end(asked.person.userId, eventOf(ports, asked, 'user.calendar_ended'))
  }
