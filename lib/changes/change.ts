/** What a change may alter: the verdicts of one token, one member, one user, one tenant, or all of them; or the signing keys. */
export type ChangeKind = 'token' | 'member' | 'user' | 'tenant' | 'family' | 'environment' | 'keys'

/** One row of the change feed. */
export type Change = {
  /** Grows with each change; its order is the order of commits. */
  readonly seq: number
  readonly kind: ChangeKind
  /** `tenantId/tokenId`, `tenantId/userId`, `userId`, `tenantId`, `tenantId/tokenId/familyId`, `environment`, or `keys`. */
  readonly key: string
}

/** The change feed as a reader sees it. */
export type ChangeFeed = {
  /** A number that grows whenever anything was committed; costs microseconds. Throws `store.unavailable`. */
  commitMark(): number
  /** The newest `seq`, 0 before the first change. */
  newest(): number
  /**
   * What came after `seq`, in order, as of the last `commitMark` or later, for a reader that looked at `mark` last;
   * undefined when the rows right after it were purged, or the feed has begun anew since: then everything is stale.
   */
  after(seq: number, mark?: number): readonly Change[] | undefined
}
