import { eq } from 'drizzle-orm'
import { createChoreStore } from '#db/chore-store.ts'
import { acme, NOW } from '#db/contract/acme.ts'
import { amend } from '#db/contract/amend.ts'
import { seedEvent } from '#db/contract/seed-events.ts'
import { seedTokens } from '#db/contract/seed-token.ts'
import { createCalendarStore } from '#db/notices/calendar-store.ts'
import { createExpiryStore } from '#db/notices/expiry-store.ts'
import { createNoticeStore } from '#db/notices/notice-store.ts'
import { createOutgoingMailStore } from '#db/notices/outgoing-mail-store.ts'
import { createPreferenceStore } from '#db/notices/preference-store.ts'
import { createTeamEmailStore } from '#db/notices/team-email-store.ts'
import { createToldStore } from '#db/notices/told-store.ts'
import { createUserStore } from '#db/user-store.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import type { MailPreferences } from '#lib/notices/mail-preferences.ts'
import { choosePreferences } from '#lib/notices/mail-preferences.ts'

/**
 * `acme` with tokens of mia, of adam and of acme itself (`of-mia`, `of-adam`, `of-acme`), a clock that turns, and the
 * stores behind notices and their mails.
 */
export const noticeRoom = async () => {
  const room = await acme()
  const { connection } = room
  const time = { now: NOW + 100 }
  const logged: string[] = []
  const ports = {
    ...room.ports,
    clock: { now: () => time.now },
    log: { error: (text: string) => void logged.push(text) },
    choreStore: createChoreStore(connection),
    noticeStore: createNoticeStore(connection),
    expiryStore: createExpiryStore(connection),
    teamEmailStore: createTeamEmailStore(connection),
    toldStore: createToldStore(connection),
    outgoingMailStore: createOutgoingMailStore(connection),
    preferenceStore: createPreferenceStore(connection),
    calendarStore: createCalendarStore(connection),
    userStore: createUserStore(connection),
    secretRing: createSecretRing(['q3Zt8vWm1LxR7cYb5NdK2fHj9GsPa4Ue']),
  }
  await seedTokens(connection, [
    { tenantId: 'acme', id: 'of-mia', ownerUserId: 'mia' },
    { tenantId: 'acme', id: 'of-adam', ownerUserId: 'adam' },
    { tenantId: 'acme', id: 'of-acme' },
  ])
  const { users, tenants, outgoingMails, memberships } = connection.schema
  const person = (userId: string) => ({
    userId,
    name: userId,
    email: `${userId}@example.com`,
    sessionId: 's',
    signedInAt: NOW,
  })
  return {
    ...room,
    ports,
    time,
    logged,
    person,
    happens: (type: Parameters<typeof seedEvent>[1], of: string, over: Partial<Parameters<typeof seedEvent>[2]> = {}) =>
      seedEvent(connection, type, { of, at: time.now, ...over }),
    choose: (userId: string, preferences: Partial<MailPreferences>) =>
      choosePreferences(ports)({
        person: person(userId),
        trace: { requestId: 'r', address: undefined },
        expiry: true,
        alerts: true,
        changes: false,
        ...preferences,
      }),
    disable: async (userId: string) => {
      await amend(connection, (tx) => tx.update(users).set({ disabledAt: NOW }).where(eq(users.id, userId)).returning())
    },
    leave: async (userId: string) => {
      await amend(connection, (tx) => tx.delete(memberships).where(eq(memberships.userId, userId)).returning())
    },
    teamAt: async (teamEmail: string | null) => {
      await amend(connection, (tx) => tx.update(tenants).set({ teamEmail }).where(eq(tenants.id, 'acme')).returning())
    },
    rows: () => connection.queries.select().from(outgoingMails).orderBy(outgoingMails.id),
  }
}

/** What `noticeRoom` makes. */
export type NoticeRoom = Awaited<ReturnType<typeof noticeRoom>>
