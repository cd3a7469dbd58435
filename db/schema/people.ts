import type { Kit } from '#db/kit.ts'
import type { SessionMethod } from '#lib/sign-in/session.ts'

/** Persons, and what proves who they are. */
export const peopleTables = (kit: Kit) => {
  const { table, text, integer, numericDate, index, uniqueIndex, primaryKey } = kit
  const users = table(
    'users',
    {
      id: text('id').primaryKey(),
      // Lower-cased; as typed it is only ever shown from here.
      email: text('email').notNull(),
      name: text('name').notNull(),
      passwordDigest: text('password_digest'),
      passwordChangedAt: numericDate('password_changed_at'),
      operatorSince: numericDate('operator_since'),
      disabledAt: numericDate('disabled_at'),
      createdAt: numericDate('created_at').notNull(),
      version: integer('version').notNull().default(0),
    },
    (t) => [uniqueIndex('users_by_email').on(t.email)],
  )
  const userId = () =>
    text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' })
  const sessions = table(
    'sessions',
    {
      // HMAC of the cookie's random value, so that a copy of the database opens no session.
      digest: text('digest').primaryKey(),
      id: text('id').notNull(),
      userId: userId(),
      method: text('method').$type<SessionMethod>().notNull(),
      signedInAt: numericDate('signed_in_at').notNull(),
      lastSeenAt: numericDate('last_seen_at').notNull(),
      expiresAt: numericDate('expires_at').notNull(),
      endedAt: numericDate('ended_at'),
      address: text('address'),
      agent: text('agent'),
    },
    (t) => [index('sessions_by_user').on(t.userId, t.signedInAt)],
  )
  // A mailed link and code: single use, bound to the browser that asked.
  const mailChallenges = table(
    'mail_challenges',
    {
      id: text('id').primaryKey(),
      purpose: text('purpose').$type<'sign-in' | 'password'>().notNull(),
      userId: userId(),
      linkDigest: text('link_digest').notNull(),
      codeDigest: text('code_digest').notNull(),
      browserDigest: text('browser_digest').notNull(),
      failures: integer('failures').notNull().default(0),
      createdAt: numericDate('created_at').notNull(),
      expiresAt: numericDate('expires_at').notNull(),
      usedAt: numericDate('used_at'),
    },
    (t) => [
      uniqueIndex('mail_challenges_by_link').on(t.linkDigest),
      index('mail_challenges_by_browser').on(t.browserDigest, t.createdAt),
      index('mail_challenges_by_user').on(t.userId, t.createdAt),
    ],
  )
  // Failed guesses per bucket (account, account and known browser, address), exact across processes.
  const signInGuesses = table(
    'sign_in_guesses',
    {
      scope: text('scope').notNull(),
      digest: text('digest').notNull(),
      failures: integer('failures').notNull(),
      since: numericDate('since').notNull(),
      lastAt: numericDate('last_at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.scope, t.digest] })],
  )
  return { users, sessions, mailChallenges, signInGuesses }
}
