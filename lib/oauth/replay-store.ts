/** What must count once: the `jti` of a client assertion (RFC 7523 §3) or of a DPoP proof (RFC 9449 §11.1). */
export type SingleUse = {
  readonly tenantId: string
  readonly kind: 'assertion' | 'dpop'
  /** What tells it from any other of its tenant and kind; of any length, only its digest is stored. */
  readonly text: string
  /** NumericDate from which on its own times refuse what carried it. */
  readonly expiresAt: number
}

/** Which ids were used, for every process that shares a database. */
export type ReplayStore = {
  /** True for the first use alone, however many come at the same moment; false as long as the id is remembered. */
  use(id: SingleUse): Promise<boolean>
  /** Forgets what expired before a moment. */
  purge(before: number): Promise<void>
}
