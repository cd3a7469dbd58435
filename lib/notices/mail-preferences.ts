import { z } from 'zod'
import type { Person } from '#lib/access/find-principal.ts'
import type { RequestTrace } from '#lib/access/principal.ts'
import { type AuditEvent, ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { NoticeTopic } from '#lib/notices/notice-topic.ts'
import type { Clock } from '#lib/time/clock.ts'

/** Whether a person has mails about each topic. */
export type MailPreferences = Readonly<Record<NoticeTopic, boolean>>

/** What holds for who never chose, and for an account's team address: what somebody has to act on. */
export const MAILED_UNLESS_CHOSEN: MailPreferences = { expiry: true, alerts: true, changes: false }

/** What people chose. */
export type PreferenceStore = {
  /** The choices of each of these people; whoever chose nothing is not in it. */
  chosenBy(userIds: readonly string[]): Promise<ReadonlyMap<string, Partial<MailPreferences>>>
  /** Keeps an enabled person's choices with their record; false when there is no such person. */
  choose(choice: {
    readonly userId: string
    readonly preferences: MailPreferences
    readonly event: AuditEvent
  }): Promise<boolean>
}

/** What choosing mails needs of the world. */
export type PreferencePorts = {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly preferenceStore: PreferenceStore
}

/** What choosing takes: yes or no for every topic. */
const preferencesRequest = z.object({ expiry: z.boolean(), alerts: z.boolean(), changes: z.boolean() })

/** What is mailed to a person now. */
export const mailPreferences =
  ({ preferenceStore }: Pick<PreferencePorts, 'preferenceStore'>) =>
  async ({ userId }: Pick<Person, 'userId'>): Promise<MailPreferences> => {
    const chosen = await preferenceStore.chosenBy([userId])
    return { ...MAILED_UNLESS_CHOSEN, ...chosen.get(userId) }
  }

type Choice = { readonly person: Person; readonly trace: RequestTrace } & MailPreferences

/** Keeps what a person wants mailed, in all of their accounts. `request.invalid`; `session.required` once disabled. */
export const choosePreferences =
  ({ clock, randomness, preferenceStore }: PreferencePorts) =>
  async ({ person, trace, ...typed }: Choice): Promise<MailPreferences> => {
    const preferences = parseInput(preferencesRequest, typed)
    const event: AuditEvent = {
      tenantId: ENVIRONMENT_SCOPE,
      id: randomness.orderedUuid(),
      at: clock.now(),
      type: 'user.mails_chosen',
      actor: { kind: 'user', id: person.userId, name: person.name },
      target: { kind: 'user', id: person.userId, name: person.name },
      requestId: trace.requestId,
      address: trace.address,
      details: preferences,
    }
    if (!(await preferenceStore.choose({ userId: person.userId, preferences, event })))
      throw new PortalError('session.required')
    return preferences
  }
