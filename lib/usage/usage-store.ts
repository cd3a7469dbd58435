import type { AuditEvent } from '#lib/audit/audit-event.ts'

/**
 * How often a token was accepted or refused on one UTC day, on top of what is stored. A use is one of `count` at one of the
 * permissions it asked for, and one of `asked` at each: so the counts of a day add up to its uses, and each permission has
 * its own.
 */
export type DayUse = {
  readonly tenantId: string
  readonly tokenId: string
  /** NumericDate of the UTC midnight that began the day. */
  readonly day: number
  /** Its key; empty: nothing was asked for. */
  readonly permission: string
  readonly outcome: 'accepted' | 'refused'
  readonly count: number
  readonly asked: number
}

/** When and from where a credential was last accepted. */
export type CredentialLastUse = {
  readonly tenantId: string
  readonly tokenId: string
  readonly credentialId: string
  /** NumericDate. */
  readonly lastUsedAt: number
  readonly address: string | null
  readonly agent: string | null
}

/** Rows of one list of writes; no key stands twice in it. */
export type UsageBatch = { readonly days: readonly DayUse[]; readonly credentials: readonly CredentialLastUse[] }

/** Where usage is kept. */
export type UsageStore = {
  /**
   * Adds counts and moves last uses forward, never back: the whole batch or nothing. Rows of tokens that have gone are
   * passed over. Throws `store.unavailable`.
   */
  add(batch: UsageBatch): Promise<void>
  /**
   * Records events, passing over those whose id is recorded already: of several processes that tell the same, one does.
   * Throws `store.unavailable`, and then has recorded none.
   */
  tellOnce(events: readonly AuditEvent[]): Promise<void>
  /** Forgets the counts of days that began before a moment; last uses stay. Throws `store.unavailable`. */
  purge(before: number): Promise<void>
}
