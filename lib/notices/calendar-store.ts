import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { StoredDigest } from '#lib/keys/secret-ring.ts'
import type { Token } from '#lib/tokens/token.ts'

/** A person's calendar of expiring tokens; its secret is known by its digest alone. */
export type CalendarFeed = StoredDigest & { readonly userId: string; readonly createdAt: number }

/** A token in a calendar. */
export type CalendarToken = Pick<Token, 'id' | 'name' | 'context'> & { readonly expiresAt: number }

/** Whose tokens of one tenant a calendar holds. */
export type CalendarQuery = {
  readonly tenantId: string
  readonly userId: string
  /** Whether the tenant's own tokens are among them. */
  readonly managesTokens: boolean
  /** Only those that end later; NumericDate. */
  readonly after: number
  readonly limit: number
}

/** Calendars, one for each person who wants one. */
export type CalendarStore = {
  /** NumericDate at which the person's calendar was made; undefined: there is none. */
  madeAt(userId: string): Promise<number | undefined>
  /** Makes a person's calendar, in place of a former one; false when there is no such person, or they are disabled. */
  put(feed: CalendarFeed, event: AuditEvent): Promise<boolean>
  /** Ends a person's calendar; false, and nothing recorded, when there was none. */
  end(userId: string, event: AuditEvent): Promise<boolean>
  /** The calendar with one of these digests, of a person who is not disabled. */
  find(digests: readonly string[]): Promise<CalendarFeed | undefined>
  /** Ids of the tenants a person belongs to, at most 200. */
  tenantsOf(userId: string): Promise<readonly string[]>
  /** Tokens that are not revoked, soonest first. */
  tokens(query: CalendarQuery): Promise<readonly CalendarToken[]>
}
