/** What a tenant allows its tokens to be. */
export type TokenPolicy = {
  /** Longest lifetime in seconds a token may have; null: any. */
  readonly lifetimeSecondsMax: number | null
  /** Whether a token may live until it is revoked. */
  readonly neverExpires: boolean
  /** Whether members may make personal tokens. */
  readonly personalTokens: boolean
  /** Whether a personal token may hold portal permissions, each named singly. */
  readonly portalPermissionsInPersonalTokens: boolean
  /** Active tokens one person may own in the tenant, and the tenant itself. */
  readonly tokensMax: number
}

/** The policy of a new tenant. */
export const STARTING_POLICY: TokenPolicy = {
  lifetimeSecondsMax: null,
  neverExpires: true,
  personalTokens: true,
  portalPermissionsInPersonalTokens: false,
  tokensMax: 1000,
}
