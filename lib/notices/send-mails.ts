import type { AccessStore } from '#lib/access/access-store.ts'
import { ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import type { ChoreSpan } from '#lib/chores/run-chores.ts'
import type { Log } from '#lib/errors/log.ts'
import { type OutgoingMailStore, parseMailId, type WaitingMail } from '#lib/notices/outgoing-mail.ts'
import type { TeamEmailStore } from '#lib/notices/team-email.ts'
import type { Clock } from '#lib/time/clock.ts'
import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS } from '#lib/time/duration.ts'
import type { Mailer } from '#lib/users/mailer.ts'
import type { UserStore } from '#lib/users/user-store.ts'

/** What sending mails needs of the world. */
export type SendMailsPorts = {
  readonly clock: Clock
  readonly log: Log
  readonly mailer: Mailer
  readonly accessStore: Pick<AccessStore, 'member'>
  readonly userStore: Pick<UserStore, 'byId'>
  readonly teamEmailStore: Pick<TeamEmailStore, 'teamEmail'>
  readonly outgoingMailStore: OutgoingMailStore
}

const BATCH = 50
const ATTEMPTS_MAX = 12
const WAIT_SECONDS_MAX = 6 * HOUR_SECONDS
// Well within a chore's lease, so that another process does not take over what is still under way.
const RUN_SECONDS_MAX = 4 * MINUTE_SECONDS
// A mail server that is away would hold up the run, and a stop, once for each mail.
const FAILURES_MAX = 2
const KEPT_SECONDS = 30 * DAY_SECONDS

/** Seconds to the next attempt after so many: 2 minutes, 4, 8, … up to 6 hours. Pure. */
export const backoffSeconds = (attempts: number): number => Math.min(2 ** attempts * MINUTE_SECONDS, WAIT_SECONDS_MAX)

// Who was removed, disabled or has another address since it was decided gets nothing.
const isStillTheirs = async (ports: SendMailsPorts, { id, address }: WaitingMail): Promise<boolean> => {
  const { accessStore, userStore, teamEmailStore } = ports
  const { tenantId, userId } = parseMailId(id)
  if (tenantId === ENVIRONMENT_SCOPE) {
    const user = await userStore.byId(userId ?? '')
    return user?.disabledAt === null && user.email === address
  }
  if (userId === undefined) return (await teamEmailStore.teamEmail(tenantId)) === address
  return (await accessStore.member(tenantId, userId))?.email === address
}

const attempt = async (ports: SendMailsPorts, mail: WaitingMail): Promise<'sent' | 'failed' | 'passed'> => {
  const { clock, log, mailer, outgoingMailStore } = ports
  if (!(await isStillTheirs(ports, mail))) {
    await outgoingMailStore.settle(mail.id, 'given_up', clock.now())
    return 'passed'
  }
  const attempts = mail.attempts + 1
  // Before it is sent: whoever dies in the middle has been here, and nobody else sends it meanwhile.
  if (!(await outgoingMailStore.claim(mail, clock.now() + backoffSeconds(attempts)))) return 'passed'
  try {
    const { id, address: to, subject, body: text, createdAt: at } = mail
    await mailer.send({ to, subject, text, once: { id, at } })
  } catch (thrown) {
    const isLast = attempts >= ATTEMPTS_MAX
    log.error(`the mail ${mail.id} was not taken${isLast ? ', and is given up' : ''}:`, thrown)
    if (isLast) await outgoingMailStore.settle(mail.id, 'given_up', clock.now())
    return 'failed'
  }
  await outgoingMailStore.settle(mail.id, 'sent', clock.now())
  return 'sent'
}

/**
 * Sends mails that are due: each is tried up to twelve times within two days, then given up. One that was taken by the
 * mail server just before this process died is sent again, under the same Message-ID.
 */
export const sendMails =
  (ports: SendMailsPorts) =>
  async ({ now }: ChoreSpan): Promise<void> => {
    const { clock, outgoingMailStore } = ports
    await outgoingMailStore.purge(now - KEPT_SECONDS)
    let failures = 0
    let waiting = await outgoingMailStore.waiting(clock.now(), BATCH)
    while (waiting.length > 0) {
      for (const mail of waiting) {
        if (failures >= FAILURES_MAX || clock.now() - now > RUN_SECONDS_MAX) return
        failures = (await attempt(ports, mail)) === 'failed' ? failures + 1 : 0
      }
      waiting = await outgoingMailStore.waiting(clock.now(), BATCH)
    }
  }
