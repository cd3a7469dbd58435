import { type Acting, holds } from '#lib/access/acting.ts'
import { decideRoles, type RolesDecision } from '#lib/tenants/decide-roles.ts'
import { refuse } from '#lib/tenants/refusal.ts'

/** Whether the acting person may make somebody a member with these roles; pure. */
export const decideAddMember = (
  acting: Acting,
  { roleKeys, isMember }: { readonly roleKeys: readonly string[]; readonly isMember: boolean },
): RolesDecision => {
  if (!holds(acting, 'tenant.members:manage')) return refuse('access.denied')
  const decision = decideRoles(acting, roleKeys)
  if (decision.outcome === 'given' && isMember)
    return refuse('member.exists', { fields: { email: ['This person is already a member of the account.'] } })
  return decision
}
