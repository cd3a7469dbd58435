import { and, desc, eq, gt, inArray, isNull, lt, ne, or } from 'drizzle-orm'
import { type Connection, type Transaction, type Write, WriteConflict } from '#db/connection.ts'
import { preparedIn } from '#db/prepared-in.ts'
import { purgeInSteps } from '#db/purge-in-steps.ts'
import type { Schema } from '#db/schema.ts'
import { endDigestsWrite, endSessionsWrite, sessionWrite } from '#db/session-writes.ts'
import { auditWrite } from '#db/writes.ts'
import type { Session } from '#lib/sign-in/session.ts'
import type { SessionStart, SessionStore } from '#lib/sign-in/session-store.ts'

const LISTED_MAX = 100
const PERSON = 'person'
const CHALLENGE = 'challenge'
const ENDED = 'ended sessions'

type SessionRow = Schema['sessions']['$inferSelect']

const toSession = (row: SessionRow): Session => ({
  id: row.id,
  userId: row.userId,
  method: row.method,
  signedInAt: row.signedInAt,
  lastSeenAt: row.lastSeenAt,
  expiresAt: row.expiresAt,
  address: row.address ?? undefined,
  agent: row.agent ?? undefined,
})

const personWrite = (tx: Transaction, { users }: Schema, start: SessionStart): Write => {
  const { session, userVersion, passwordDigest } = start
  const unchanged = and(eq(users.id, session.userId), eq(users.version, userVersion), isNull(users.disabledAt))
  const rows =
    passwordDigest === undefined
      ? tx.share(tx.select({ id: users.id }).from(users).where(unchanged))
      : tx
          .update(users)
          .set({ passwordDigest, passwordChangedAt: start.at, version: userVersion + 1 })
          .where(unchanged)
          .returning({ id: users.id })
  return { label: PERSON, rows, expect: 1 }
}

const challengeWrite = (tx: Transaction, { mailChallenges }: Schema, id: string, at: number): Write => ({
  label: CHALLENGE,
  rows: tx
    .update(mailChallenges)
    .set({ usedAt: at })
    .where(and(eq(mailChallenges.id, id), isNull(mailChallenges.usedAt), gt(mailChallenges.expiresAt, at)))
    .returning({ id: mailChallenges.id }),
  expect: 1,
})

const startSession = async (
  { atomically, schema }: Connection,
  start: SessionStart,
): Promise<'started' | 'person' | 'challenge'> => {
  const { session, at, ends, challengeId, events } = start
  try {
    await atomically((tx) => [
      ...(challengeId === undefined ? [] : [challengeWrite(tx, schema, challengeId, at)]),
      personWrite(tx, schema, start),
      ends === 'all' ? endSessionsWrite(tx, schema, session.userId, at) : endDigestsWrite(tx, schema, ends.digests, at),
      sessionWrite(tx, schema, session),
      ...events.map((event) => auditWrite(tx, schema, event)),
    ])
    return 'started'
  } catch (thrown) {
    if (thrown instanceof WriteConflict && (thrown.label === PERSON || thrown.label === CHALLENGE)) return thrown.label
    throw thrown
  }
}

const endSessions = async (
  { atomically, schema }: Connection,
  { userId, which, at, event }: Parameters<SessionStore['end']>[0],
): Promise<number> => {
  const { sessions } = schema
  const one = 'id' in which
  const others = one || which.allBut === undefined ? undefined : ne(sessions.id, which.allBut)
  try {
    const [ended = []] = await atomically((tx) => [
      {
        label: ENDED,
        rows: tx
          .update(sessions)
          .set({ endedAt: at })
          .where(and(eq(sessions.userId, userId), isNull(sessions.endedAt), one ? eq(sessions.id, which.id) : others))
          .returning({ id: sessions.id }),
        expect: one ? 1 : 'any',
      },
      auditWrite(tx, schema, event),
    ])
    return ended.length
  } catch (thrown) {
    if (thrown instanceof WriteConflict && thrown.label === ENDED) return 0
    throw thrown
  }
}

const sessionFinder = (connection: Connection): SessionStore['find'] => {
  const { sessions, users } = connection.schema
  const sessionOf = preparedIn(connection, (queries, digests) =>
    queries
      .select({ session: sessions, user: { id: users.id, name: users.name, email: users.email } })
      .from(sessions)
      .innerJoin(users, and(eq(users.id, sessions.userId), isNull(users.disabledAt)))
      .where(and(inArray(sessions.digest, digests), isNull(sessions.endedAt)))
      .limit(1),
  )
  return async (digests) => {
    const [row] = await sessionOf(digests)
    return row && { session: toSession(row.session), user: row.user }
  }
}

/** Sessions in SQL; the cookie's value never reaches it, only digests. */
export const createSessionStore = (connection: Connection): SessionStore => {
  const { queries, read, atomically, schema } = connection
  const { sessions } = schema
  return {
    find: sessionFinder(connection),
    touch: async (sessionId, userId, at) => {
      await atomically((tx) => [
        {
          label: 'seen',
          rows: tx
            .update(sessions)
            .set({ lastSeenAt: at })
            .where(and(eq(sessions.userId, userId), eq(sessions.id, sessionId), lt(sessions.lastSeenAt, at)))
            .returning({ id: sessions.id }),
          expect: 'any',
        },
      ])
    },
    start: (start) => startSession(connection, start),
    end: (ending) => endSessions(connection, ending),
    list: async (userId, now) => {
      const rows = await read(
        queries
          .select()
          .from(sessions)
          .where(and(eq(sessions.userId, userId), isNull(sessions.endedAt), gt(sessions.expiresAt, now)))
          .orderBy(desc(sessions.signedInAt), desc(sessions.id))
          .limit(LISTED_MAX),
      )
      return rows.map(toSession)
    },
    purge: (before) =>
      purgeInSteps({ atomically }, 'old sessions', (tx, limit) => {
        const { digest, endedAt, expiresAt } = sessions
        const isOld = or(lt(endedAt, before), lt(expiresAt, before))
        const old = tx.select({ digest }).from(sessions).where(isOld).limit(limit)
        return tx.delete(sessions).where(inArray(digest, old)).returning({ digest })
      }),
    recordRefusal: async (event) => {
      await atomically((tx) => [auditWrite(tx, schema, event)])
    },
  }
}
