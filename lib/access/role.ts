/** A named set of permissions; a lower level is a stronger role. */
export type Role = {
  readonly key: string
  readonly name: string
  readonly description: string
  readonly level: number
  readonly permissions: readonly string[]
}

/** The level of someone without a role: weaker than any role. */
export const NO_LEVEL = 1_000_000

/** The strongest level among roles, NO_LEVEL without any. */
export const strongestLevel = (roles: readonly Pick<Role, 'level'>[]): number =>
  Math.min(NO_LEVEL, ...roles.map(({ level }) => level))

/** Every permission that any of the roles gives. */
export const permissionsOfRoles = (roles: readonly Pick<Role, 'permissions'>[]): ReadonlySet<string> =>
  new Set(roles.flatMap(({ permissions }) => permissions))
