/** One use of a credential of a token that exists: accepted, or refused for what its token or the request is. */
export type TokenUse = {
  readonly tenantId: string
  readonly tokenId: string
  /** Id of the stored credential; `client_id` for a bearer JWT, whose own `jti` has no row. */
  readonly credentialId: string
  readonly outcome: 'accepted' | 'refused'
  /** What was asked for of the permissions that there are, each once; an exchange asks for none. */
  readonly permissions?: readonly string[] | undefined
  /** NumericDate. */
  readonly at: number
  readonly address: string | undefined
  readonly agent: string | undefined
  /** Of the request that it was part of, as the log names it. */
  readonly requestId?: string | undefined
  /** Set where the credential had ended by itself, rotated away, while its token lives: people are told. */
  readonly retired?: { readonly endedAt: number; readonly tokenName: string } | undefined
}

/** Counts uses as they happen: in memory, without waiting, without failing. */
export type UsageCounter = {
  count(use: TokenUse): void
}
