import { isSubset } from '#lib/access/effective.ts'
import type { MemberRights } from '#lib/access/member-rights.ts'
import { permissionsOfRoles, type Role } from '#lib/access/role.ts'

/** Who gives: their level, and the roles they hold themselves. */
export type Giver = Pick<MemberRights, 'level' | 'roles'>

/** Why a person may not give a role: it is stronger than theirs, or allows what none of their roles allows. */
export type RoleRefusal = 'access.too_strong' | 'access.exceeds_own'

/**
 * Whether a person may give a role, and if not, why. Roles are held against roles, not against what is effective today:
 * a permission that is withdrawn for a while keeps no owner from naming another, and lets nobody give it unheld.
 */
export const refusalOfRole = (giver: Giver, role: Role): RoleRefusal | undefined => {
  if (role.level < giver.level) return 'access.too_strong'
  return isSubset(role.permissions, permissionsOfRoles(giver.roles)) ? undefined : 'access.exceeds_own'
}

/** The roles a person may give, in the order they came. */
export const grantableRoles = (giver: Giver, roles: readonly Role[]): readonly Role[] =>
  roles.filter((role) => refusalOfRole(giver, role) === undefined)

/** Whether someone of a level may touch what someone of another level holds or has made. */
export const isAtLeastAsStrong = (level: number, other: number): boolean => level <= other
