import type { AccessStore } from '#lib/access/access-store.ts'
import { memberRights } from '#lib/access/member-rights.ts'
import type { Principal, RequestTrace } from '#lib/access/principal.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

/** A signed-in person, before any tenant is named. */
export type Person = {
  readonly userId: string
  readonly name: string
  readonly email: string
  readonly sessionId: string | undefined
  /** NumericDate of the last proof of identity. */
  readonly signedInAt: number
}

type Request = {
  readonly person: Person
  /** The tenant as the URL names it. */
  readonly tenant: { readonly slug: string } | { readonly id: string }
  readonly trace: RequestTrace
}

/**
 * The person as a principal in the tenant that the URL names, with rights of this moment.
 * `resource.not_found` for a tenant that does not exist and for one they do not belong to alike (rule 4).
 */
export const findPrincipal =
  ({ accessStore }: { readonly accessStore: AccessStore }) =>
  async ({ person, tenant: named, trace }: Request): Promise<Principal> => {
    const environment = await accessStore.environment()
    const tenant = await ('slug' in named ? accessStore.tenantBySlug(named.slug) : accessStore.tenant(named.id))
    const member = await accessStore.member(tenant?.id ?? '', person.userId)
    if (!tenant || !member) throw new PortalError('resource.not_found')
    const { level, permissions } = memberRights(environment, tenant, member)
    return {
      ...person,
      tenant: { id: tenant.id, slug: tenant.slug, name: tenant.name },
      roleKeys: member.roleKeys,
      level,
      permissions,
      versions: { tenantId: tenant.id, tenant: tenant.rightsVersion, environment: environment.rightsVersion },
      request: trace,
    }
  }
