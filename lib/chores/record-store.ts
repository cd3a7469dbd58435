/** What the environment remembers of its past: the audit trail, the change feed, and which requests were answered. */
export type RecordStore = {
  /** Forgets the exchanges of all tenants that happened before a moment (NumericDate); every other event stays. */
  purgeExchanges(before: number): Promise<void>
  /**
   * Forgets the oldest rows of the feed, up to the first one of a moment that is kept (NumericDates, both included): what
   * claims to be later was said by a clock that ran ahead. The newest 10,000 numbers always stay: whoever
   * follows the feed or keeps a witness of it finds the row that it has seen.
   */
  purgeChanges(kept: { readonly from: number; readonly until: number }): Promise<void>
  /** Forgets which tokens requests with an idempotency key made before a moment (NumericDate); the tokens stay. */
  purgeIssueRequests(before: number): Promise<void>
}
