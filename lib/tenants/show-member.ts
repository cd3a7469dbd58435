import type { AccessStore } from '#lib/access/access-store.ts'
import { holds, readActing } from '#lib/access/acting.ts'
import { grantableRoles } from '#lib/access/grantable-roles.ts'
import { rolesFor } from '#lib/access/member-rights.ts'
import type { Principal } from '#lib/access/principal.ts'
import type { Role } from '#lib/access/role.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { type ListedMember, maySeeMembers, toListedMember } from '#lib/tenants/list-members.ts'
import { isMemberId } from '#lib/tenants/member-requests.ts'
import type { MemberStore } from '#lib/tenants/member-store.ts'

/** One member, with what the acting person may give them and how many personal tokens end with the membership. */
export type ShownMember = ListedMember & {
  readonly grantableRoles: readonly Role[]
  readonly unrevokedTokens: number
}

/** Shows one member of the principal's tenant. `access.denied` as for the list; `resource.not_found` for strangers. */
export const showMember =
  (ports: { readonly accessStore: AccessStore; readonly memberStore: MemberStore }) =>
  async (principal: Principal, userId: string): Promise<ShownMember> => {
    const acting = await readActing(ports, principal)
    const { tenant, environment, rights } = acting
    const isYou = userId === rights.member.userId
    if (!isYou && !maySeeMembers(acting)) throw new PortalError('access.denied')
    const member = isMemberId(userId) ? await ports.memberStore.find(tenant.id, userId) : undefined
    if (!member) throw new PortalError('resource.not_found')
    const tokens = await ports.memberStore.unrevokedTokens(tenant.id, userId)
    const mayGive = holds(acting, 'tenant.members:manage')
    return {
      ...toListedMember(acting, member),
      grantableRoles: mayGive ? grantableRoles(rights, rolesFor(environment, tenant)) : [],
      unrevokedTokens: tokens.length,
    }
  }
