import type { Notice } from '#lib/notices/notice.ts'

/** Whose notices, in one tenant. */
export type NoticeReader = {
  readonly tenantId: string
  readonly userId: string
  /** Whether they also see notices of the tenant's own tokens. */
  readonly managesTokens: boolean
}

/** One page of somebody's notices. */
export type NoticeQuery = NoticeReader & {
  readonly limit: number
  /** Continue below this notice. */
  readonly below?: { readonly at: number; readonly id: string }
}

/**
 * Notices: events of tokens that a person owns, whoever caused them, and of the tenant's own tokens for those who manage
 * them. Nothing is written when something happens; the list is read from the audit trail.
 */
export type NoticeStore = {
  /** Newest first. */
  list(query: NoticeQuery): Promise<readonly Notice[]>
  /** NumericDate up to which a member has read; before they became one, if they have read nothing. Undefined: no member. */
  readUntil(tenantId: string, userId: string): Promise<number | undefined>
  /** How many notices of others' doing are later than `after`, counted up to `max`. */
  countAfter(reader: NoticeReader, after: number, max: number): Promise<number>
  /** Moves on how far a person has read; never back. */
  markRead(tenantId: string, userId: string, until: number): Promise<void>
}
