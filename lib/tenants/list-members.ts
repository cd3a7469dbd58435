import type { z } from 'zod'
import type { AccessStore } from '#lib/access/access-store.ts'
import { type Acting, holds, readActing } from '#lib/access/acting.ts'
import { grantableRoles } from '#lib/access/grantable-roles.ts'
import { rolesFor } from '#lib/access/member-rights.ts'
import type { Principal } from '#lib/access/principal.ts'
import type { Role } from '#lib/access/role.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Member } from '#lib/tenants/member.ts'
import { listMembersRequest } from '#lib/tenants/member-requests.ts'
import type { MemberStore } from '#lib/tenants/member-store.ts'
import { refusalOfTouch } from '#lib/tenants/touch-member.ts'

/** A member, and what the acting person may do about them; the use-cases ask again. */
export type ListedMember = {
  readonly member: Member
  /** The member's roles, strongest first. */
  readonly roles: readonly Role[]
  readonly isYou: boolean
  readonly mayChange: boolean
}

/** One page of an account's members. */
export type MemberPage = {
  readonly members: readonly ListedMember[]
  /** What the acting person may give; empty for those who may not manage members. */
  readonly grantableRoles: readonly Role[]
  /** Pass it as `after` for the next page; undefined on the last. */
  readonly next: string | undefined
}

type Ports = { readonly accessStore: AccessStore; readonly memberStore: MemberStore }

/** Whether the acting person may see who belongs to the tenant. */
export const maySeeMembers = (acting: Pick<Acting, 'rights'>): boolean =>
  holds(acting, 'tenant.members:read') || holds(acting, 'tenant.members:manage')

/** A member as the acting person sees them; pure. */
export const toListedMember = (acting: Acting, member: Member): ListedMember => ({
  member,
  roles: rolesFor(acting.environment, acting.tenant)
    .filter(({ key }) => member.roleKeys.includes(key))
    .toSorted((one, other) => one.level - other.level),
  isYou: member.userId === acting.rights.member.userId,
  mayChange: refusalOfTouch(acting, member) === undefined,
})

/** Lists who belongs to the principal's tenant, by e-mail address. `access.denied` without a permission to see them. */
export const listMembers =
  (ports: Ports) =>
  async (principal: Principal, input: z.input<typeof listMembersRequest> = {}): Promise<MemberPage> => {
    const { limit, after } = parseInput(listMembersRequest, input)
    const acting = await readActing(ports, principal)
    if (!maySeeMembers(acting)) throw new PortalError('access.denied')
    const { environment, tenant, rights } = acting
    const query = { tenantId: tenant.id, limit: limit + 1, ...(after !== undefined && { afterEmail: after }) }
    const found = await ports.memberStore.list(query)
    const members = found.slice(0, limit)
    return {
      members: members.map((member) => toListedMember(acting, member)),
      grantableRoles: holds(acting, 'tenant.members:manage')
        ? grantableRoles(rights, rolesFor(environment, tenant))
        : [],
      next: found.length > limit ? members.at(-1)?.email : undefined,
    }
  }
