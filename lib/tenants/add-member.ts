import type { z } from 'zod'
import type { AccessStore } from '#lib/access/access-store.ts'
import { type Acting, readActing } from '#lib/access/acting.ts'
import type { Principal } from '#lib/access/principal.ts'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import type { Config } from '#lib/config/config.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import { decideAddMember } from '#lib/tenants/decide-add-member.ts'
import { invitationMail } from '#lib/tenants/invitation.ts'
import { addMemberRequest } from '#lib/tenants/member-requests.ts'
import type { MemberStore, NewMember } from '#lib/tenants/member-store.ts'
import { unlessRefused } from '#lib/tenants/refusal.ts'
import { type EventPorts, eventBy } from '#lib/tenants/tenant-event.ts'
import type { Mailer } from '#lib/users/mailer.ts'

/** What adding a member needs of the world. */
export type AddMemberPorts = EventPorts & {
  readonly accessStore: AccessStore
  readonly memberStore: MemberStore
  readonly settings: Pick<Config, 'url'>
  readonly mailer: Mailer
}

/** Who was added, and whether they were told: `not_sent` is for a mail that was needed and not taken. */
export type AddedMember = {
  readonly userId: string
  readonly email: string
  readonly invitation: 'not_needed' | 'sent' | 'not_sent'
}

type Asked = z.output<typeof addMemberRequest>

const newMember = (ports: EventPorts, principal: Principal, { email, roleKeys }: Asked): NewMember => {
  const userId = ports.randomness.uuid()
  const name = email.slice(0, email.lastIndexOf('@'))
  const target = { kind: 'user', id: userId, name }
  const event = eventBy(ports, principal, { type: 'user.created', target, details: { email } })
  return { userId, roleKeys, newUser: { email, name, event } }
}

const write = async (ports: AddMemberPorts, principal: Principal, acting: Acting, asked: Asked) => {
  const { email, roleKeys } = asked
  const known = await ports.memberStore.userByEmail(email)
  const member = known && (await ports.memberStore.find(acting.tenant.id, known.userId))
  unlessRefused(decideAddMember(acting, { roleKeys, isMember: member !== undefined }))
  const added: NewMember = known
    ? { userId: known.userId, roleKeys, newUser: undefined }
    : newMember(ports, principal, asked)
  const target = { kind: 'user', id: added.userId, name: known?.name ?? email }
  const happening = { type: 'member.added' as const, target, details: { email, roles: roleKeys } }
  const event = eventBy(ports, principal, happening, acting.tenant.id)
  await ports.memberStore.add(added, { versions: acting.versions, event })
  return { added, tenantName: acting.tenant.name }
}

const invite = async (ports: AddMemberPorts, mail: Omit<Parameters<typeof invitationMail>[0], 'portalUrl'>) => {
  try {
    await ports.mailer.send(invitationMail({ ...mail, portalUrl: ports.settings.url }))
    return 'sent'
  } catch (thrown) {
    // The membership stands; whoever added them can tell them by other means.
    if (isPortalError(thrown) && thrown.code === 'mail.unavailable') return 'not_sent'
    throw thrown
  }
}

/**
 * Makes a person a member, by e-mail address and roles; somebody unknown becomes a user without a password and is told
 * by mail where to sign in. `request.invalid` with fields, `access.denied`, `access.too_strong`, `access.exceeds_own`,
 * `member.exists`.
 */
export const addMember =
  (ports: AddMemberPorts) =>
  async (principal: Principal, input: z.input<typeof addMemberRequest>): Promise<AddedMember> => {
    const asked = parseInput(addMemberRequest, input)
    const { added, tenantName } = await rerunWhenStale(async () =>
      write(ports, principal, await readActing(ports, principal), asked),
    )
    const { userId, newUser } = added
    const invitation = newUser
      ? await invite(ports, { email: asked.email, tenantName, invitedBy: principal.name })
      : 'not_needed'
    return { userId, email: asked.email, invitation }
  }
