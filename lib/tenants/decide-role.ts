import { type Acting, holds } from '#lib/access/acting.ts'
import { isAtLeastAsStrong } from '#lib/access/grantable-roles.ts'
import { catalogKeys, rolesFor } from '#lib/access/member-rights.ts'
import type { Role } from '#lib/access/role.ts'
import { type Refusal, refuse } from '#lib/tenants/refusal.ts'

/** Whether a role of the tenant may be made or changed. */
export type RoleDecision = { readonly outcome: 'allowed'; readonly former: Role | undefined } | Refusal

const TOO_STRONG = 'The role would be stronger than your own.'

/** The permission keys that a role names and that are not among these; pure. */
const keysBeyond = (permissions: readonly string[], among: ReadonlySet<string>): readonly string[] =>
  permissions.filter((key) => !among.has(key))

/** Why a role may not name permissions that the catalog does not have; undefined if it has all. Pure. */
export const refusalOfUnknown = (
  environment: Acting['environment'],
  permissions: readonly string[],
): Refusal | undefined => {
  const unknown = keysBeyond(permissions, catalogKeys(environment))
  if (unknown.length === 0) return undefined
  return refuse('request.invalid', { fields: { permissions: [`The catalog does not have ${unknown.join(', ')}.`] } })
}

// What a role has already is not given anew: it may stay, though it be withdrawn or beyond the one who edits.
const refusalOfContent = (acting: Acting, role: Role, former: Role | undefined): Refusal | undefined => {
  const added = role.permissions.filter((key) => !former?.permissions.includes(key))
  const unknown = refusalOfUnknown(acting.environment, added)
  if (unknown) return unknown
  if (!isAtLeastAsStrong(acting.rights.level, role.level))
    return refuse('access.too_strong', { detail: TOO_STRONG, fields: { level: [TOO_STRONG] } })
  const unheld = keysBeyond(added, acting.rights.permissions)
  if (unheld.length === 0) return undefined
  return refuse('access.exceeds_own', { fields: { permissions: [`You do not hold ${unheld.join(', ')}.`] } })
}

/** Whether the acting person may define this role in their tenant; pure. */
export const decideDefineRole = (acting: Acting, role: Role): RoleDecision => {
  if (!holds(acting, 'tenant.members:manage')) return refuse('access.denied')
  if (rolesFor(acting.environment, acting.tenant).some(({ key }) => key === role.key))
    return refuse('role.exists', { fields: { key: ['There is a role with this key already.'] } })
  return refusalOfContent(acting, role, undefined) ?? { outcome: 'allowed', former: undefined }
}

/** Whether the acting person may touch the tenant's role of this key; the environment's are its operators'. Pure. */
export const decideTouchRole = (acting: Acting, key: string): RoleDecision => {
  if (!holds(acting, 'tenant.members:manage')) return refuse('access.denied')
  if (acting.environment.roles.some((role) => role.key === key))
    return refuse('access.denied', { detail: 'This role belongs to the environment; its operators change it.' })
  const former = acting.tenant.roles.find((role) => role.key === key)
  if (!former) return refuse('resource.not_found')
  if (!isAtLeastAsStrong(acting.rights.level, former.level))
    return refuse('access.too_strong', { detail: 'The role is stronger than your own.' })
  return { outcome: 'allowed', former }
}

/** Whether the acting person may make the tenant's role of this key what it is here; pure. */
export const decideEditRole = (acting: Acting, role: Role): RoleDecision => {
  const touch = decideTouchRole(acting, role.key)
  if (touch.outcome === 'refused') return touch
  return refusalOfContent(acting, role, touch.former) ?? touch
}
