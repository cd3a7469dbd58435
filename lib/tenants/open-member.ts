import { type Acting, holds } from '#lib/access/acting.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Member } from '#lib/tenants/member.ts'
import type { MemberStore } from '#lib/tenants/member-store.ts'
import { levelOf, roleKeysAtLeast } from '#lib/tenants/touch-member.ts'

/** A member who is to be touched, and what holds the account's last owner in place. */
export type OpenedMember = {
  readonly member: Member
  /** Whether somebody else, not disabled, is at least as strong. */
  readonly anotherAsStrong: boolean
  /** The roles at least as strong as the member is now; one of them must still be held afterwards. */
  readonly guardedRoleKeys: readonly string[]
}

/**
 * Reads a member of the acting person's own tenant; `resource.not_found` for everybody else (rule 4), and
 * `access.denied` first for those who may not know who is a member.
 */
export const openMember = async (
  { memberStore }: { readonly memberStore: MemberStore },
  acting: Acting,
  userId: string,
): Promise<OpenedMember> => {
  if (userId !== acting.rights.member.userId && !holds(acting, 'tenant.members:manage'))
    throw new PortalError('access.denied')
  const member = await memberStore.find(acting.tenant.id, userId)
  if (!member) throw new PortalError('resource.not_found')
  const guardedRoleKeys = roleKeysAtLeast(acting, levelOf(acting, member.roleKeys))
  const anotherAsStrong = await memberStore.anotherHolds(acting.tenant.id, userId, guardedRoleKeys)
  return { member, anotherAsStrong, guardedRoleKeys }
}
