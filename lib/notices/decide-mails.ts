import type { AccessStore } from '#lib/access/access-store.ts'
import { rolesFor } from '#lib/access/member-rights.ts'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import type { ChoreSpan } from '#lib/chores/run-chores.ts'
import { MAILED_UNLESS_CHOSEN, type PreferenceStore } from '#lib/notices/mail-preferences.ts'
import { NOTICE_TOPICS } from '#lib/notices/notice.ts'
import { noticeMail } from '#lib/notices/notice-mail.ts'
import { type MailRecipient, mailId, type OutgoingMail, type OutgoingMailStore } from '#lib/notices/outgoing-mail.ts'
import type { TeamEmailStore } from '#lib/notices/team-email.ts'
import type { ToldNotice, ToldStore } from '#lib/notices/told-store.ts'
import type { Clock } from '#lib/time/clock.ts'
import { HOUR_SECONDS, MINUTE_SECONDS } from '#lib/time/duration.ts'
import { MANAGE_TOKENS } from '#lib/tokens/token-view.ts'

/** What deciding on mails needs of the world. */
export type DecideMailsPorts = {
  readonly settings: { readonly url: string }
  readonly clock: Clock
  readonly accessStore: AccessStore
  readonly preferenceStore: PreferenceStore
  readonly toldStore: ToldStore
  readonly teamEmailStore: Pick<TeamEmailStore, 'teamEmail'>
  readonly outgoingMailStore: OutgoingMailStore
}

// An event carries the time before it commits: what was committed late is found by looking back this far.
const OVERLAP_SECONDS = 10 * MINUTE_SECONDS
// The first run ever leaves out what was long before it; a process that died in it is no reason to.
const FIRST_SECONDS = HOUR_SECONDS
const SLICE = 1000
// More than these of one kind to one recipient become one mail.
const SINGLE_MAX = 3

/** One notice that one recipient is to be told of. */
type Telling = { readonly id: string; readonly notice: ToldNotice; readonly recipient: MailRecipient }

const wanting = async (
  { preferenceStore }: DecideMailsPorts,
  members: readonly { readonly userId: string; readonly email: string }[],
  { type }: ToldNotice,
): Promise<readonly MailRecipient[]> => {
  const chosen = await preferenceStore.chosenBy(members.map(({ userId }) => userId))
  const topic = NOTICE_TOPICS[type]
  return members
    .filter(({ userId }) => ({ ...MAILED_UNLESS_CHOSEN, ...chosen.get(userId) })[topic])
    .map(({ userId, email }) => ({ kind: 'member', userId, email }))
}

const ofOwner = async (ports: DecideMailsPorts, notice: ToldNotice): Promise<readonly MailRecipient[]> => {
  const member = await ports.accessStore.member(notice.tenantId, notice.token.ownerUserId ?? '')
  return member ? wanting(ports, [member], notice) : []
}

const ofAccount = async (ports: DecideMailsPorts, notice: ToldNotice): Promise<readonly MailRecipient[]> => {
  const { accessStore, toldStore, teamEmailStore } = ports
  const tenant = await accessStore.tenant(notice.tenantId)
  if (!tenant) return []
  const roles = rolesFor(await accessStore.environment(), tenant)
  const managing = roles.filter(({ permissions }) => permissions.includes(MANAGE_TOKENS)).map(({ key }) => key)
  const managers = await wanting(ports, await toldStore.holders(tenant.id, managing), notice)
  const email = MAILED_UNLESS_CHOSEN[NOTICE_TOPICS[notice.type]] ? await teamEmailStore.teamEmail(tenant.id) : undefined
  return email === undefined ? managers : [...managers, { kind: 'team', email }]
}

type Recipients = Map<string, readonly MailRecipient[]>

// Of many notices of one account most have the same recipients.
const recipientsOf = async (
  ports: DecideMailsPorts,
  notice: ToldNotice,
  known: Recipients,
): Promise<readonly MailRecipient[]> => {
  const key = [notice.tenantId, notice.token.ownerUserId, NOTICE_TOPICS[notice.type]].join('/')
  const recipients = known.get(key) ?? (await (notice.token.context === 'user' ? ofOwner : ofAccount)(ports, notice))
  known.set(key, recipients)
  return recipients
}

const tellingsOf = async (
  ports: DecideMailsPorts,
  notice: ToldNotice,
  known: Recipients,
): Promise<readonly Telling[]> => {
  const recipients = await recipientsOf(ports, notice, known)
  return recipients.map((recipient) => {
    const userId = recipient.kind === 'member' ? recipient.userId : undefined
    return { id: mailId({ eventId: notice.id, tenantId: notice.tenantId, userId }), notice, recipient }
  })
}

const groupsOf = (tellings: readonly Telling[]): readonly (readonly Telling[])[] => {
  const kinds = Map.groupBy(tellings, ({ notice, recipient }) =>
    [notice.tenantId, notice.type, recipient.kind, recipient.kind === 'member' ? recipient.userId : ''].join('/'),
  )
  return [...kinds.values()].flatMap((group) =>
    group.length > SINGLE_MAX ? [group] : group.map((telling) => [telling]),
  )
}

// The first row of a group is the mail; the others only say that they were told of.
const mailsOf = async (ports: DecideMailsPorts, group: readonly Telling[]): Promise<readonly OutgoingMail[]> => {
  const [first] = group
  const account = first && (await ports.accessStore.tenant(first.notice.tenantId))
  if (!account) return []
  const { kind, email: address } = first.recipient
  const notices = group.map(({ notice }) => notice)
  const mail = noticeMail({ portalUrl: ports.settings.url, account, isTeam: kind === 'team', notices })
  const createdAt = ports.clock.now()
  return group.map(({ id }, index) =>
    index === 0
      ? { id, address, ...mail, createdAt, sentAt: null }
      : { id, address, subject: '', body: '', createdAt, sentAt: createdAt },
  )
}

const decideSlice = async (ports: DecideMailsPorts, told: readonly ToldNotice[]): Promise<void> => {
  const known: Recipients = new Map()
  const tellings: Telling[] = []
  for (const notice of told) tellings.push(...(await tellingsOf(ports, notice, known)))
  await rerunWhenStale(async () => {
    const decided = await ports.outgoingMailStore.decided(tellings.map(({ id }) => id))
    for (const group of groupsOf(tellings.filter(({ id }) => !decided.has(id)))) {
      await ports.outgoingMailStore.add(await mailsOf(ports, group))
    }
  })
}

/**
 * Turns what happened since it last ran into mails to be sent: to a token's owner, or to who manages the account's tokens
 * and its team address, as each of them wants. Safe to run again, and by two at once: a mail is decided on once.
 */
export const decideMails =
  (ports: DecideMailsPorts) =>
  async ({ since, now }: ChoreSpan): Promise<void> => {
    const from = since === 0 ? now - FIRST_SECONDS : since - OVERLAP_SECONDS
    let told = await ports.toldStore.since(from, SLICE)
    while (told.length > 0) {
      await decideSlice(ports, told)
      const last = told.at(-1)
      told = told.length < SLICE || !last ? [] : await ports.toldStore.since(from, SLICE, last)
    }
  }
