import { refusalOfRole } from '#lib/access/grantable-roles.ts'
import { type AccessSnapshot, type MemberRights, rolesFor } from '#lib/access/member-rights.ts'
import { isPortalPermission } from '#lib/access/permission.ts'
import type { Role } from '#lib/access/role.ts'
import type { Grant, TokenContext } from '#lib/tokens/token.ts'

/** Whether a person may give a token this grant, and if not, which keys stand against it. */
export type GrantDecision =
  | { readonly allowed: true }
  | {
      readonly allowed: false
      readonly reason: 'owner_of_tenant_token' | 'exceeds_own' | 'unknown_role' | 'too_strong' | 'portal_permission'
      readonly keys: readonly string[]
    }

type Place = Pick<AccessSnapshot, 'environment' | 'tenant'>

const ALLOWED = { allowed: true } as const
const refuse = (
  reason: Exclude<GrantDecision, { allowed: true }>['reason'],
  keys: readonly string[],
): GrantDecision => ({
  allowed: false,
  reason,
  keys,
})

const decidePermissions = (
  { tenant }: Place,
  { permissions: held }: MemberRights,
  context: TokenContext,
  keys: readonly string[],
): GrantDecision => {
  const beyond = keys.filter((key) => !held.has(key))
  if (beyond.length > 0) return refuse('exceeds_own', beyond)
  const portal = keys.filter(isPortalPermission)
  const portalAllowed = context === 'tenant' || tenant.policy.portalPermissionsInPersonalTokens
  return portal.length === 0 || portalAllowed ? ALLOWED : refuse('portal_permission', portal)
}

const keysOf = (roles: readonly Role[]): readonly string[] => roles.map(({ key }) => key)

const decideRoles = (place: Place, rights: MemberRights, keys: readonly string[]): GrantDecision => {
  const named = rolesFor(place.environment, place.tenant).filter(({ key }) => keys.includes(key))
  const unknown = keys.filter((key) => !named.some((role) => role.key === key))
  if (unknown.length > 0) return refuse('unknown_role', unknown)
  const stronger = named.filter((role) => refusalOfRole(rights, role) === 'access.too_strong')
  if (stronger.length > 0) return refuse('too_strong', keysOf(stronger))
  const beyond = named.filter((role) => refusalOfRole(rights, role) !== undefined)
  return beyond.length === 0 ? ALLOWED : refuse('exceeds_own', keysOf(beyond))
}

/** Nobody grants what they do not hold (rule 2): the decision for one grant; pure. */
export const decideGrant = (place: Place, rights: MemberRights, context: TokenContext, grant: Grant): GrantDecision => {
  switch (grant.mode) {
    case 'owner':
      return context === 'user' ? ALLOWED : refuse('owner_of_tenant_token', [])
    case 'permissions':
      return decidePermissions(place, rights, context, grant.permissions)
    case 'roles':
      return decideRoles(place, rights, grant.roles)
  }
}
