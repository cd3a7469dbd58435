/** What a signing key signs: bearer JWTs of client credentials, or access JWTs. */
export type KeyPurpose = 'bearer' | 'access'

/** The JWS algorithms Latchkey signs with (RFC 7518 §3.1, RFC 8037 §3.1). */
export type SigningAlgorithm = 'ES256' | 'EdDSA' | 'RS256'

/** A signing key as it is stored: the private half sealed. It verifies until it is removed. */
export type StoredSigningKey = {
  readonly kid: string
  readonly purpose: KeyPurpose
  readonly algorithm: SigningAlgorithm
  /** JSON of the public JWK (RFC 7517 §4). */
  readonly publicJwk: string
  readonly privateJwkSealed: string
  readonly secretId: string
  /** NumericDates; the newest active key of a purpose signs. */
  readonly createdAt: number
  readonly activeAt: number | null
  readonly retiringAt: number | null
  readonly removedAt: number | null
  /** Set: removed because its private half may be known to others. */
  readonly compromisedAt: number | null
}

/** Where signing keys are kept. */
export type KeyStore = {
  /** Every key that is not removed, oldest first. */
  list(): Promise<readonly StoredSigningKey[]>
  /** Adds a key unless its purpose has an active one already; answers whether it did. */
  addFirst(key: StoredSigningKey): Promise<boolean>
}
