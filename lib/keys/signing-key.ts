/** What a signing key signs: bearer JWTs of client credentials, or access JWTs. */
export type KeyPurpose = 'bearer' | 'access'

/** The JWS algorithms Latchkey signs with (RFC 7518 §3.1, RFC 8037 §3.1). */
export type SigningAlgorithm = 'ES256' | 'EdDSA' | 'RS256'
