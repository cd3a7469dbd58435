/** A person as sign-in sees them. */
export type User = {
  readonly id: string
  /** Lower-cased. */
  readonly email: string
  readonly name: string
  /** PHC text of argon2id; null: signs in by mail or single sign-on alone. */
  readonly passwordDigest: string | null
  /** NumericDate; disabled people cannot sign in. */
  readonly disabledAt: number | null
  /** Grows with each change of e-mail, password or state; writes re-check it. */
  readonly version: number
}
