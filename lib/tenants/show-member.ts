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
import type { Clock } from '#lib/time/clock.ts'

/** One member, with what the acting person may give them and how many personal tokens stop working with the membership. */
export type ShownMember = ListedMember & {
  readonly grantableRoles: readonly Role[]
  readonly liveTokens: number
}

/** Shows one member of the principal's tenant. `access.denied` as for the list; `resource.not_found` for strangers. */
export const showMember =
  (ports: { readonly accessStore: AccessStore; readonly memberStore: MemberStore; readonly clock: Clock }) =>
  async (principal: Principal, userId: string): Promise<ShownMember> => {
    const acting = await readActing(ports, principal)
    const { tenant, environment, rights } = acting
    const isYou = userId === rights.member.userId
    if (!isYou && !maySeeMembers(acting)) throw new PortalError('access.denied')
    const member = isMemberId(userId) ? await ports.memberStore.find(tenant.id, userId) : undefined
    if (!member) throw new PortalError('resource.not_found')
    const tokens = await ports.memberStore.unrevokedTokens(tenant.id, userId)
    const now = ports.clock.now()
    const mayGive = holds(acting, 'tenant.members:manage')
    return {
      ...toListedMember(acting, member),
      grantableRoles: mayGive ? grantableRoles(rights, rolesFor(environment, tenant)) : [],
      // Those that have expired are revoked as well, and nobody loses anything by it.
      liveTokens: tokens.filter(({ expiresAt }) => expiresAt === null || expiresAt > now).length,
    }
  }
