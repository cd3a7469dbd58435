import type { z } from 'zod'
import { type Acting, readActing } from '#lib/access/acting.ts'
import type { Principal } from '#lib/access/principal.ts'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import type { MemberPorts } from '#lib/tenants/change-member-roles.ts'
import { decideRemoveMember } from '#lib/tenants/decide-remove-member.ts'
import { removeMemberRequest } from '#lib/tenants/member-requests.ts'
import { openMember } from '#lib/tenants/open-member.ts'
import { unlessRefused } from '#lib/tenants/refusal.ts'
import { eventBy } from '#lib/tenants/tenant-event.ts'

const REASON = 'member_removed'

/** How many personal tokens ended with the membership. */
export type RemovedMember = { readonly tokensRevoked: number }

const endTokens = async (ports: MemberPorts, principal: Principal, acting: Acting, userId: string) => {
  const tokens = await ports.memberStore.unrevokedTokens(acting.tenant.id, userId)
  return tokens.map(({ id, name }) => {
    const happening = {
      type: 'token.revoked' as const,
      target: { kind: 'token', id, name },
      details: { reason: REASON },
    }
    return { id, event: eventBy(ports, principal, happening, acting.tenant.id) }
  })
}

const write = async (ports: MemberPorts, principal: Principal, userId: string): Promise<RemovedMember> => {
  const acting = await readActing(ports, principal)
  const { member, anotherAsStrong, guardedRoleKeys } = await openMember(ports, acting, userId)
  unlessRefused(decideRemoveMember(acting, { member, anotherAsStrong }))
  const tokens = await endTokens(ports, principal, acting, userId)
  const target = { kind: 'user', id: userId, name: member.name }
  const details = { email: member.email, roles: member.roleKeys, tokensRevoked: tokens.length }
  const event = eventBy(ports, principal, { type: 'member.removed', target, details }, acting.tenant.id)
  await ports.memberStore.remove({ userId, guardedRoleKeys, tokens }, { versions: acting.versions, event })
  return { tokensRevoked: tokens.length }
}

/**
 * Ends a membership, one's own or another's, and every personal token that stood on it; joining again revives none.
 * `access.denied`, `access.too_strong`, `member.last_owner`, `resource.not_found`.
 */
export const removeMember =
  (ports: MemberPorts) =>
  async (principal: Principal, input: z.input<typeof removeMemberRequest>): Promise<RemovedMember> => {
    const { userId } = parseInput(removeMemberRequest, input)
    return rerunWhenStale(() => write(ports, principal, userId))
  }
