import { isNull, sql } from 'drizzle-orm'
import type { Kit } from '#db/kit.ts'
import type { peopleTables } from '#db/schema/people.ts'
import type { NoticeTopic } from '#lib/notices/notice-topic.ts'

type Referenced = ReturnType<typeof peopleTables>

/** What people are told: how far they have read, what they want by mail, mails to be sent, calendars, and chores. */
export const noticeTables = (
  { table, text, integer, numericDate, primaryKey, index, uniqueIndex }: Kit,
  { users }: Referenced,
) => {
  const userId = () =>
    text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' })
  // Notices are audit events; this is the last one a person has read in an account, all of its second if it has no id.
  const noticeReads = table(
    'notice_reads',
    {
      tenantId: text('tenant_id').notNull(),
      userId: userId(),
      readUntil: numericDate('read_until').notNull(),
      readUntilId: text('read_until_id'),
    },
    (t) => [primaryKey({ columns: [t.tenantId, t.userId] })],
  )
  const noticePreferences = table(
    'notice_preferences',
    {
      userId: userId(),
      topic: text('topic').$type<NoticeTopic>().notNull(),
      mail: text('mail').$type<'on' | 'off'>().notNull(),
    },
    (t) => [primaryKey({ columns: [t.userId, t.topic] })],
  )
  // Decided on and not yet sent. The id says what the mail is about and to whom, so that none is decided on twice.
  const outgoingMails = table(
    'outgoing_mails',
    {
      id: text('id').primaryKey(),
      address: text('address').notNull(),
      subject: text('subject').notNull(),
      body: text('body').notNull(),
      createdAt: numericDate('created_at').notNull(),
      attempts: integer('attempts').notNull().default(0),
      nextAttemptAt: numericDate('next_attempt_at').notNull(),
      sentAt: numericDate('sent_at'),
      givenUpAt: numericDate('given_up_at'),
    },
    (t) => [
      index('outgoing_mails_waiting')
        .on(t.nextAttemptAt)
        .where(sql`${isNull(t.sentAt)} and ${isNull(t.givenUpAt)}`),
    ],
  )
  const calendarFeeds = table(
    'calendar_feeds',
    {
      userId: userId().primaryKey(),
      digest: text('digest').notNull(),
      secretId: text('secret_id').notNull(),
      createdAt: numericDate('created_at').notNull(),
    },
    (t) => [uniqueIndex('calendar_feeds_by_digest').on(t.digest)],
  )
  // Chores that one process does for all: who holds one, until when, and up to which moment it is done.
  const leases = table('leases', {
    name: text('name').primaryKey(),
    holder: text('holder').notNull(),
    expiresAt: numericDate('expires_at').notNull(),
    doneUntil: numericDate('done_until').notNull().default(0),
  })
  return { noticeReads, noticePreferences, outgoingMails, calendarFeeds, leases }
}
