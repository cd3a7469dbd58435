import type { AccessStore } from '#lib/access/access-store.ts'
import { type AccessSnapshot, type MemberRights, readAccess } from '#lib/access/member-rights.ts'
import type { PortalPermissionKey } from '#lib/access/permission.ts'
import type { Principal } from '#lib/access/principal.ts'
import type { RightsVersions } from '#lib/access/rights.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

/** The rights of this moment in which a person acts, and the versions a write has to re-check. */
export type Acting = Omit<AccessSnapshot, 'rights'> & {
  readonly rights: MemberRights
  readonly versions: RightsVersions
}

/**
 * The rights a principal has now: every use-case reads them again, as the page that named the principal may be old.
 * `resource.not_found` if the tenant or the membership has gone.
 */
export const readActing = async (
  { accessStore }: { readonly accessStore: AccessStore },
  principal: Pick<Principal, 'tenant' | 'userId'>,
): Promise<Acting> => {
  const snapshot = await readAccess(accessStore, principal.tenant.id, principal.userId)
  if (!snapshot?.rights) throw new PortalError('resource.not_found')
  const { environment, tenant, rights } = snapshot
  const versions = { tenantId: tenant.id, tenant: tenant.rightsVersion, environment: environment.rightsVersion }
  return { environment, tenant, rights, versions }
}

/** Whether the acting person holds a permission over the portal now. */
export const holds = ({ rights }: Pick<Acting, 'rights'>, key: PortalPermissionKey): boolean =>
  rights.permissions.has(key)
