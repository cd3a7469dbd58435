/** What happens to a token whose credential somebody found: it ends, it waits for a person, or people are told. */
export type LeakReaction = 'revoke' | 'pause' | 'tell'

/** What the environment says about the JWTs it issues and accepts. */
export type EnvironmentSettings = {
  /** `iss` of what is issued now. */
  readonly issuer: string
  /** Former values of `iss` that still verify. */
  readonly formerIssuers: readonly string[]
  /** Absolute URIs; the first is the default `aud`. */
  readonly audiences: readonly [string, ...string[]]
  readonly bearerLifetimeSeconds: number
  /** Whether client credentials get refresh tokens, unless one says otherwise of itself. */
  readonly refreshTokens: boolean
  readonly leakReaction: LeakReaction
  /** NumericDate of the first operator's creation; null: nobody can sign in yet. */
  readonly setupDoneAt: number | null
}

/** The environment's own row. */
export type EnvironmentStore = {
  settings(): Promise<EnvironmentSettings>
  /**
   * Makes the environment with its starting catalog and roles if it does not exist; if it does and the issuer is another
   * one now, that one becomes current and the former verifies on. Safe to call by several processes at once.
   */
  ensure(start: { readonly issuer: string; readonly now: number }): Promise<void>
}
