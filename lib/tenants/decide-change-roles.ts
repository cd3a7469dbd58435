import type { Acting } from '#lib/access/acting.ts'
import type { Role } from '#lib/access/role.ts'
import { decideRoles } from '#lib/tenants/decide-roles.ts'
import type { Member } from '#lib/tenants/member.ts'
import { type Refusal, refuse } from '#lib/tenants/refusal.ts'
import { levelOf, refusalOfTouch } from '#lib/tenants/touch-member.ts'

/** Whether a member's roles change, and to which. */
export type ChangeRolesDecision =
  | { readonly outcome: 'changed'; readonly roles: readonly Role[] }
  | { readonly outcome: 'unchanged' }
  | Refusal

type Question = {
  readonly member: Pick<Member, 'name' | 'roleKeys'>
  readonly roleKeys: readonly string[]
  /** Whether somebody else is at least as strong as the member is now. */
  readonly anotherAsStrong: boolean
}

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((key) => others.includes(key))

/** Whether the acting person may give a member these roles in place of those they have; pure. */
export const decideChangeRoles = (
  acting: Acting,
  { member, roleKeys, anotherAsStrong }: Question,
): ChangeRolesDecision => {
  const refusal = refusalOfTouch(acting, member)
  if (refusal) return refusal
  const decision = decideRoles(acting, roleKeys, member.roleKeys)
  if (decision.outcome === 'refused') return decision
  if (isSame(roleKeys, member.roleKeys)) return { outcome: 'unchanged' }
  const weakened = levelOf(acting, roleKeys) > levelOf(acting, member.roleKeys)
  if (weakened && !anotherAsStrong) return refuse('member.last_owner')
  return { outcome: 'changed', roles: decision.roles }
}
