import { inArray } from 'drizzle-orm'
import type { Connection, Transaction, Write } from '#db/connection.ts'
import { forPerson, personGuard } from '#db/notices/person-writes.ts'
import type { Schema } from '#db/schema.ts'
import { auditWrite } from '#db/writes.ts'
import type { MailPreferences, PreferenceStore } from '#lib/notices/mail-preferences.ts'
import type { NoticeTopic } from '#lib/notices/notice-topic.ts'

const TOPICS: readonly NoticeTopic[] = ['expiry', 'alerts', 'changes']

const topicWrite = (
  tx: Transaction,
  { noticePreferences }: Schema,
  { userId, topic, mail }: { userId: string; topic: NoticeTopic; mail: 'on' | 'off' },
): Write => ({
  label: 'topic',
  rows: tx
    .insert(noticePreferences)
    .values({ userId, topic, mail })
    .onConflictDoUpdate({ target: [noticePreferences.userId, noticePreferences.topic], set: { mail } })
    .returning({ topic: noticePreferences.topic }),
  expect: 1,
})

/** What people chose to have mailed, in SQL. */
export const createPreferenceStore = (connection: Connection): PreferenceStore => {
  const { queries, read, schema } = connection
  const { noticePreferences } = schema
  return {
    chosenBy: async (userIds) => {
      const chosen = new Map<string, Partial<MailPreferences>>()
      if (userIds.length === 0) return chosen
      const rows = await read(
        queries
          .select()
          .from(noticePreferences)
          .where(inArray(noticePreferences.userId, [...userIds])),
      )
      for (const { userId, topic, mail } of rows) chosen.set(userId, { ...chosen.get(userId), [topic]: mail === 'on' })
      return chosen
    },
    choose: ({ userId, preferences, event }) =>
      forPerson(connection, (tx) => [
        personGuard(tx, schema, userId),
        ...TOPICS.map((topic) => topicWrite(tx, schema, { userId, topic, mail: preferences[topic] ? 'on' : 'off' })),
        auditWrite(tx, schema, event),
      ]),
  }
}
