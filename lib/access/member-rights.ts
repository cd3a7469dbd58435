import type { AccessStore, EnvironmentAccess, MemberAccess, TenantAccess } from '#lib/access/access-store.ts'
import { effectivePermissions } from '#lib/access/effective.ts'
import { portalPermissions } from '#lib/access/permission.ts'
import { permissionsOfRoles, type Role, strongestLevel } from '#lib/access/role.ts'

/** What a member may do now, and how strong they are. */
export type MemberRights = {
  readonly member: MemberAccess
  readonly roles: readonly Role[]
  readonly level: number
  readonly permissions: ReadonlySet<string>
}

/** The roles that exist for a tenant: the environment's and its own. */
export const rolesFor = (environment: EnvironmentAccess, tenant: TenantAccess): readonly Role[] => [
  ...environment.roles,
  ...tenant.roles,
]

// A page of tokens asks for each of its rows about one reading of the environment.
const keysOf = new WeakMap<EnvironmentAccess, ReadonlySet<string>>()

/** Every permission key that exists now, portal permissions included. */
export const catalogKeys = (environment: EnvironmentAccess): ReadonlySet<string> => {
  const keys = keysOf.get(environment) ?? new Set([...environment.catalog, ...portalPermissions].map(({ key }) => key))
  keysOf.set(environment, keys)
  return keys
}

/** A member's rights from the three rows they follow from; pure. */
export const memberRights = (
  environment: EnvironmentAccess,
  tenant: TenantAccess,
  member: MemberAccess,
): MemberRights => {
  const roles = rolesFor(environment, tenant).filter(({ key }) => member.roleKeys.includes(key))
  const granted = permissionsOfRoles(roles)
  const permissions = effectivePermissions({
    catalog: catalogKeys(environment),
    ceiling: tenant.ceiling,
    owner: undefined,
    granted,
  })
  return { member, roles, level: strongestLevel(roles), permissions }
}

/** Everything a decision about one member in one tenant stands on. */
export type AccessSnapshot = {
  readonly environment: EnvironmentAccess
  readonly tenant: TenantAccess
  readonly rights: MemberRights | undefined
}

/** Reads versions before rights, so that a change in between makes the versions stale, not the rights wrong. */
export const readAccess = async (
  store: AccessStore,
  tenantId: string,
  userId: string,
): Promise<AccessSnapshot | undefined> => {
  const environment = await store.environment()
  const tenant = await store.tenant(tenantId)
  if (!tenant) return undefined
  const member = await store.member(tenantId, userId)
  return { environment, tenant, rights: member && memberRights(environment, tenant, member) }
}
