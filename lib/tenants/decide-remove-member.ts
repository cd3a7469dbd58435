import type { Acting } from '#lib/access/acting.ts'
import type { Member } from '#lib/tenants/member.ts'
import { type Refusal, refuse } from '#lib/tenants/refusal.ts'
import { refusalOfTouch } from '#lib/tenants/touch-member.ts'

/** Whether a member is removed. */
export type RemoveMemberDecision = { readonly outcome: 'removed' } | Refusal

type Question = {
  readonly member: Pick<Member, 'userId' | 'name' | 'roleKeys'>
  /** Whether somebody else is at least as strong as the member is now. */
  readonly anotherAsStrong: boolean
}

/** Whether the acting person may end a membership: their own always, but for the last of the strongest role. Pure. */
export const decideRemoveMember = (acting: Acting, { member, anotherAsStrong }: Question): RemoveMemberDecision => {
  const isOwn = member.userId === acting.rights.member.userId
  const refusal = isOwn ? undefined : refusalOfTouch(acting, member)
  if (refusal) return refusal
  return anotherAsStrong ? { outcome: 'removed' } : refuse('member.last_owner')
}
