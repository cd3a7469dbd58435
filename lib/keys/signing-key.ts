/** What a signing key signs: bearer JWTs of client credentials, or access JWTs. */
export type KeyPurpose = 'bearer' | 'access'

/** Both sets of keys. */
export const KEY_PURPOSES: readonly KeyPurpose[] = ['bearer', 'access']

/** The JWS algorithms Latchkey signs with (RFC 7518 §3.1, RFC 8037 §3.1). */
export type SigningAlgorithm = 'ES256' | 'EdDSA' | 'RS256'

/** Every algorithm there is to choose from, the default first. */
export const SIGNING_ALGORITHMS: readonly SigningAlgorithm[] = ['ES256', 'RS256', 'EdDSA']

/** A signing key as it is stored: the private half sealed. It verifies until it is removed. */
export type StoredSigningKey = {
  readonly kid: string
  readonly purpose: KeyPurpose
  readonly algorithm: SigningAlgorithm
  /** JSON of the public JWK (RFC 7517 §4). */
  readonly publicJwk: string
  /** Empty since it ceased to sign: nobody can make a JWT of it any more. */
  readonly privateJwkSealed: string
  readonly secretId: string
  /** NumericDate since when it is published. */
  readonly createdAt: number
  /** NumericDates at which it began to sign, ceased to, and was no longer believed; null: not yet. */
  readonly activeAt: number | null
  readonly retiringAt: number | null
  readonly removedAt: number | null
  /** Set: removed because its private half may be known to others. */
  readonly compromisedAt: number | null
}

/** Where a key stands: published, signing, believed on, or no longer. */
export type KeyState = 'next' | 'active' | 'retiring' | 'removed' | 'compromised'

/** The state that a key's dates say. */
export const stateOf = ({
  activeAt,
  retiringAt,
  removedAt,
  compromisedAt,
}: Pick<StoredSigningKey, 'activeAt' | 'retiringAt' | 'removedAt' | 'compromisedAt'>): KeyState => {
  if (compromisedAt !== null) return 'compromised'
  if (removedAt !== null) return 'removed'
  if (retiringAt !== null) return 'retiring'
  return activeAt === null ? 'next' : 'active'
}
