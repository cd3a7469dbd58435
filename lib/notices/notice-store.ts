import type { Notice } from '#lib/notices/notice.ts'

/** Whose notices, in one tenant. */
export type NoticeReader = {
  readonly tenantId: string
  readonly userId: string
  /** Whether they also see notices of the tenant's own tokens. */
  readonly managesTokens: boolean
}

/** A notice's place in the list: its second, and within it its id, which grows with time. */
export type NoticePlace = Pick<Notice, 'at' | 'id'>

/** How far somebody has read: this notice and all before it. An id of null stands for all of the second. */
export type ReadMark = { readonly at: number; readonly id: string | null }

/** One page of somebody's notices. */
export type NoticeQuery = NoticeReader & {
  readonly limit: number
  /** Continue below this notice. */
  readonly below?: NoticePlace
}

/**
 * Notices: events of tokens that a person owns, whoever caused them, and of the tenant's own tokens for those who manage
 * them. Nothing is written when something happens; the list is read from the audit trail.
 */
export type NoticeStore = {
  /** Newest first. */
  list(query: NoticeQuery): Promise<readonly Notice[]>
  /** How far a member has read; up to where they became one, if they have read nothing. Undefined: no member. */
  readUntil(tenantId: string, userId: string): Promise<ReadMark | undefined>
  /** How many notices of others' doing are beyond `mark`, counted up to `max`. */
  countAfter(reader: NoticeReader, mark: ReadMark, max: number): Promise<number>
  /** Moves on how far a person has read; never back. */
  markRead(tenantId: string, userId: string, until: NoticePlace): Promise<void>
}
