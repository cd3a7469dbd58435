/** A person in a tenant, as the list of members shows them. */
export type Member = {
  readonly userId: string
  readonly name: string
  readonly email: string
  readonly roleKeys: readonly string[]
  /** NumericDate. */
  readonly joinedAt: number
  /** NumericDate since when the person cannot sign in; null: they can. */
  readonly disabledAt: number | null
}
