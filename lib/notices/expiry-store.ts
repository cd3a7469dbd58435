import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { Token } from '#lib/tokens/token.ts'

/** A token that is going to end, as a warning needs it. */
export type EndingToken = Pick<Token, 'tenantId' | 'id' | 'name' | 'context' | 'createdAt'> & {
  /** NumericDate. */
  readonly expiresAt: number
  readonly isPaused: boolean
  readonly wasUsed: boolean
}

/** Tokens of every tenant that end later than `after` and no later than `until`. */
export type EndingQuery = {
  readonly after: number
  readonly until: number
  readonly limit: number
  /** Continue behind this token. */
  readonly behind?: Pick<EndingToken, 'expiresAt' | 'tenantId' | 'id'>
}

/** A decided warning: the token as it was read, and the event that tells of it. */
export type Warning = { readonly token: EndingToken; readonly event: AuditEvent }

/** What warning of expiries reads and writes, across all tenants: it is nobody's request. */
export type ExpiryStore = {
  /** Those that are not revoked, soonest first; paused ones too, as their clock runs on. */
  ending(query: EndingQuery): Promise<readonly EndingToken[]>
  /** Which of these ids of events are recorded; ids of warnings say all they are about, so the tenant is not asked for. */
  recorded(events: readonly { readonly tenantId: string; readonly id: string }[]): Promise<ReadonlySet<string>>
  /** Records warnings, all or none; StaleDecision if one of the tokens was revoked or moved, or is warned of already. */
  warn(warnings: readonly Warning[]): Promise<void>
}
