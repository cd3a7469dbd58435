import { createHash } from 'node:crypto'
import type { LeakReaction } from '#lib/access/environment-store.ts'
import type { RequestTrace } from '#lib/access/principal.ts'
import { type AuditActor, type AuditEvent, ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import type { FoundCredential } from '#lib/leaks/found-credential.ts'
import type { KnownCalendar, LeakWork } from '#lib/leaks/leak-store.ts'
import type { Token } from '#lib/tokens/token.ts'

/** Which door a report came in by. */
export type LeakSource = 'page' | 'api' | 'github'

/** What is recorded of a report besides what was found. */
export type ReportCircumstances = {
  readonly source: LeakSource
  /** Where it was found, as the reporter says; without any credential in it. */
  readonly foundAt: string | undefined
  readonly trace: RequestTrace
}

const ACTORS: Readonly<Record<LeakSource, AuditActor>> = {
  page: { kind: 'anonymous', id: '', name: '' },
  api: { kind: 'anonymous', id: '', name: '' },
  github: { kind: 'anonymous', id: 'github', name: 'GitHub secret scanning' },
}

const DONE: Readonly<Record<LeakWork['act'], string>> = {
  stop_token: 'token_stopped',
  end_credential: 'credential_ended',
  end_family: 'family_ended',
  tell: 'told',
}

// RFC 9562 §5.8: a UUID of our own making.
const uuidFrom = (text: string): string => {
  const digest = createHash('sha256').update(text).digest()
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x80, 6)
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = digest.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

// The same for the same thing done: whoever reports it a second time meets the first event.
const eventId = ({ kind, credentialId, familyId }: FoundCredential, act: LeakWork['act'], version: number): string =>
  act === 'end_family'
    ? uuidFrom(`leak family ${familyId}`)
    : uuidFrom(`leak ${kind} ${credentialId} ${act} ${version}`)

/** The id of the event that tells of a calendar's end: it can be found again though nothing else is left of it. */
export const calendarEventId = (digest: string): string => uuidFrom(`leak calendar ${digest}`)

/** Tells that a calendar ended because somebody found its address. */
export const calendarLeakEvent = (
  { userId, userName, digest }: KnownCalendar,
  { source, foundAt, trace }: ReportCircumstances,
  now: number,
): AuditEvent => ({
  tenantId: ENVIRONMENT_SCOPE,
  id: calendarEventId(digest),
  at: now,
  type: 'user.calendar_ended',
  actor: ACTORS[source],
  target: { kind: 'user', id: userId, name: userName },
  requestId: trace.requestId,
  address: trace.address,
  details: { reason: 'leaked', source, ...(foundAt === undefined ? {} : { foundAt }) },
})

type Happened = {
  readonly found: FoundCredential
  readonly token: Token
  readonly work: LeakWork
  readonly reaction: LeakReaction
  readonly now: number
}

/**
 * Tells that a credential was found, by its id and never by its text. Its id follows from what was found and done to
 * which version of the token, so that two reports of the same cannot both be recorded.
 */
export const leakEvent = (
  { found, token, work, reaction, now }: Happened,
  { source, foundAt, trace }: ReportCircumstances,
): AuditEvent => ({
  tenantId: token.tenantId,
  id: eventId(found, work.act, token.version),
  at: now,
  type: 'token.leaked',
  actor: ACTORS[source],
  target: { kind: 'token', id: token.id, name: token.name },
  requestId: trace.requestId,
  address: trace.address,
  details: {
    context: token.context,
    type: token.type,
    credential: found.kind,
    credentialId: found.credentialId,
    ...(found.familyId === undefined ? {} : { familyId: found.familyId }),
    source,
    ...(foundAt === undefined ? {} : { foundAt }),
    reaction,
    done: DONE[work.act],
  },
})
