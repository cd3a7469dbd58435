import { type Acting, holds } from '#lib/access/acting.ts'
import { isAtLeastAsStrong } from '#lib/access/grantable-roles.ts'
import { rolesFor } from '#lib/access/member-rights.ts'
import { strongestLevel } from '#lib/access/role.ts'
import type { Member } from '#lib/tenants/member.ts'
import { type Refusal, refuse } from '#lib/tenants/refusal.ts'

type Place = Pick<Acting, 'environment' | 'tenant'>

/** The level of somebody with these roles. */
export const levelOf = ({ environment, tenant }: Place, roleKeys: readonly string[]): number =>
  strongestLevel(rolesFor(environment, tenant).filter(({ key }) => roleKeys.includes(key)))

/** The roles that are at least as strong as a level: while another holds one of them, a member of it may go. */
export const roleKeysAtLeast = ({ environment, tenant }: Place, level: number): readonly string[] =>
  rolesFor(environment, tenant)
    .filter((role) => isAtLeastAsStrong(role.level, level))
    .map(({ key }) => key)

/** Why the acting person may not touch a member: no permission, or a member with a stronger role. Pure. */
export const refusalOfTouch = (
  acting: Acting,
  { roleKeys, name }: Pick<Member, 'roleKeys' | 'name'>,
): Refusal | undefined => {
  if (!holds(acting, 'tenant.members:manage')) return refuse('access.denied')
  if (isAtLeastAsStrong(acting.rights.level, levelOf(acting, roleKeys))) return undefined
  return refuse('access.too_strong', { detail: `${name} has a stronger role than yours.` })
}
