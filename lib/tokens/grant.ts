import type { PermissionSources } from '#lib/access/effective.ts'
import type { AccessSnapshot } from '#lib/access/member-rights.ts'
import { catalogKeys, type MemberRights, rolesFor } from '#lib/access/member-rights.ts'
import { isPortalPermission } from '#lib/access/permission.ts'
import { permissionsOfRoles } from '#lib/access/role.ts'
import type { Grant, TokenContext } from '#lib/tokens/token.ts'

type Place = Pick<AccessSnapshot, 'environment' | 'tenant'>

type Granted = { readonly context: TokenContext; readonly grant: Grant }

/**
 * The keys a grant names now; roles stand for their permissions of this moment. A personal token holds permissions over
 * the portal only if they were named singly: a role brings it none.
 */
const grantedKeys = ({ environment, tenant }: Place, { context, grant }: Granted): ReadonlySet<string> | 'owner' => {
  if (grant.mode === 'owner') return 'owner'
  if (grant.mode === 'permissions') return new Set(grant.permissions)
  const keys = permissionsOfRoles(rolesFor(environment, tenant).filter(({ key }) => grant.roles.includes(key)))
  return context === 'tenant' ? keys : new Set([...keys].filter((key) => !isPortalPermission(key)))
}

const NOTHING: ReadonlySet<string> = new Set()

/**
 * The four sets that decide what a token may do now. `owner` are the rights of a user token's owner,
 * undefined if they have gone: then the token may do nothing.
 */
export const permissionSources = (
  place: Place,
  token: Granted,
  owner: MemberRights | undefined,
): PermissionSources => ({
  catalog: catalogKeys(place.environment),
  ceiling: place.tenant.ceiling,
  owner: token.context === 'user' ? (owner?.permissions ?? NOTHING) : undefined,
  granted: grantedKeys(place, token),
})
