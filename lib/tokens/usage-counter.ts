/** One use of a credential whose row is known. */
export type CredentialUse = {
  readonly tenantId: string
  readonly tokenId: string
  readonly credentialId: string
  readonly outcome: 'accepted' | 'refused'
  /** NumericDate. */
  readonly at: number
  readonly address: string | undefined
  readonly agent: string | undefined
}

/** Counts uses in memory: synchronous, never throws, never waits for the database. */
export type UsageCounter = {
  count(use: CredentialUse): void
}
