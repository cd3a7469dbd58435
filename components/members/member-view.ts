/** A role as a form offers it. */
export type RoleChoice = { readonly key: string; readonly name: string; readonly description: string }

/** A member as pages show them. */
export type MemberView = {
  readonly userId: string
  readonly name: string
  readonly email: string
  /** Names of the roles, strongest first; empty for somebody whose roles were all deleted. */
  readonly roles: readonly RoleChoice[]
  /** NumericDate. */
  readonly joinedAt: number
  readonly isDisabled: boolean
  readonly isYou: boolean
  readonly mayChange: boolean
}
