import type { RightsVersions } from '#lib/access/rights.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { Family } from '#lib/oauth/refresh-token.ts'
import type { Token } from '#lib/tokens/token.ts'

/** Where a client secret belongs; never changes. */
export type ClientSecretPlace = { readonly tenantId: string; readonly tokenId: string; readonly credentialId: string }

/** Where a refresh token belongs; never changes. */
export type RefreshPlace = Family & { readonly sequence: number }

/** A calendar whose address somebody else knows, and its person. */
export type KnownCalendar = {
  readonly userId: string
  readonly userName: string
  readonly email: string
  readonly digest: string
}

/** The record that a calendar was ended, and the mail that tells its person. */
export type CalendarChange = {
  readonly event: AuditEvent
  readonly mail: { readonly subject: string; readonly body: string }
}

/** What is done about a credential that somebody else holds. */
export type LeakWork =
  /** The token as it shall be, revoked or paused, in the version that was read; all it was exchanged for ends. */
  | { readonly act: 'stop_token'; readonly token: Token }
  /** One credential ends, with all that was exchanged; the token lives on by its others. */
  | { readonly act: 'end_credential'; readonly token: Token; readonly credentialId: string }
  | { readonly act: 'end_family'; readonly family: Family }
  /** Nothing but the record of it. */
  | { readonly act: 'tell'; readonly token: Token }

/** The rights and settings on which it was decided, and its record. */
export type LeakChange = { readonly versions: RightsVersions; readonly event: AuditEvent }

/** Where it is kept whose a found credential is, and what is done about it. */
export type LeakStore = {
  /** By the digests its text has under each secret, whatever the tenant; a directory. */
  findClientSecret(digests: readonly string[]): Promise<ClientSecretPlace | undefined>
  /** By the digests its text has under each secret, whatever the tenant; a directory. */
  findRefresh(digests: readonly string[]): Promise<RefreshPlace | undefined>
  /** Whether a family was ended, by theft or revocation, however long ago. */
  hasEnded(family: Family): Promise<boolean>
  /**
   * Does it, all or nothing with its event and its row in the change feed. `repeated`, and nothing done, if an event of
   * this id stands there or the family has ended; StaleDecision if the token, the rights or the reaction changed.
   */
  carryOut(work: LeakWork, change: LeakChange): Promise<'done' | 'repeated'>
  /** By the digests its secret has; of a person who is disabled as well. A directory. */
  findCalendar(digests: readonly string[]): Promise<KnownCalendar | undefined>
  /** Ends this calendar, all or nothing with its event and a mail that waits; nothing is done to one that replaced it. */
  endCalendar(calendar: KnownCalendar, change: CalendarChange): Promise<'done' | 'repeated'>
  /** Whether the environment's trail holds an event of one of these ids. */
  wasRecorded(eventIds: readonly string[]): Promise<boolean>
}
