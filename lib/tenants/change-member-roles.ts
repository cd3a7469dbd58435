import type { z } from 'zod'
import type { AccessStore } from '#lib/access/access-store.ts'
import { type Acting, readActing } from '#lib/access/acting.ts'
import type { Principal } from '#lib/access/principal.ts'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { decideChangeRoles } from '#lib/tenants/decide-change-roles.ts'
import { changeMemberRolesRequest } from '#lib/tenants/member-requests.ts'
import type { MemberStore } from '#lib/tenants/member-store.ts'
import { openMember } from '#lib/tenants/open-member.ts'
import { unlessRefused } from '#lib/tenants/refusal.ts'
import { type EventPorts, eventBy } from '#lib/tenants/tenant-event.ts'

/** What changing and removing members needs of the world. */
export type MemberPorts = EventPorts & { readonly accessStore: AccessStore; readonly memberStore: MemberStore }

type Asked = z.output<typeof changeMemberRolesRequest>

const write = async (ports: MemberPorts, principal: Principal, acting: Acting, { userId, roleKeys }: Asked) => {
  const { member, anotherAsStrong, guardedRoleKeys } = await openMember(ports, acting, userId)
  const decision = unlessRefused(decideChangeRoles(acting, { member, roleKeys, anotherAsStrong }))
  if (decision.outcome === 'unchanged') return
  const target = { kind: 'user', id: userId, name: member.name }
  const details = { from: member.roleKeys, to: roleKeys }
  const event = eventBy(ports, principal, { type: 'member.roles_changed', target, details }, acting.tenant.id)
  await ports.memberStore.changeRoles({ userId, roleKeys, guardedRoleKeys }, { versions: acting.versions, event })
}

/**
 * Gives a member these roles in place of those they have; tokens that follow the member's role follow at once.
 * `request.invalid`, `access.denied`, `access.too_strong`, `access.exceeds_own`, `member.last_owner`;
 * `resource.not_found` for strangers and members of other tenants alike.
 */
export const changeMemberRoles =
  (ports: MemberPorts) =>
  async (principal: Principal, input: z.input<typeof changeMemberRolesRequest>): Promise<void> => {
    const asked = parseInput(changeMemberRolesRequest, input)
    await rerunWhenStale(async () => write(ports, principal, await readActing(ports, principal), asked))
  }
