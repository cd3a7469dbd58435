import type { MemberView, RoleChoice } from '#components/members/member-view.ts'
import type { Role } from '#lib/access/role.ts'
import type { ListedMember } from '#lib/tenants/list-members.ts'

/** Roles as forms offer them: what they allow stays on the server. */
export const toChoices = (roles: readonly Role[]): readonly RoleChoice[] =>
  roles.map(({ key, name, description }) => ({ key, name, description }))

/** A member as pages show them. */
export const toView = ({ member, roles, isYou, mayChange }: ListedMember): MemberView => ({
  userId: member.userId,
  name: member.name,
  email: member.email,
  roles: toChoices(roles),
  joinedAt: member.joinedAt,
  isDisabled: member.disabledAt !== null,
  isYou,
  mayChange,
})
