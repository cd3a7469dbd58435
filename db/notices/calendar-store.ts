import { and, asc, eq, gt, inArray, isNull } from 'drizzle-orm'
import { type Connection, WriteConflict } from '#db/connection.ts'
import { forPerson, personGuard } from '#db/notices/person-writes.ts'
import { auditWrite } from '#db/writes.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { CalendarFeed, CalendarQuery, CalendarStore, CalendarToken } from '#lib/notices/calendar-store.ts'

const TENANTS_MAX = 200
const ENDED = 'ended calendar'

const put = (connection: Connection, feed: CalendarFeed, event: AuditEvent): Promise<boolean> => {
  const { schema } = connection
  const { calendarFeeds } = schema
  const { userId, ...fresh } = feed
  return forPerson(connection, (tx) => [
    personGuard(tx, schema, userId),
    {
      label: 'calendar',
      rows: tx
        .insert(calendarFeeds)
        .values(feed)
        .onConflictDoUpdate({ target: calendarFeeds.userId, set: fresh })
        .returning({ userId: calendarFeeds.userId }),
      expect: 1,
    },
    auditWrite(tx, schema, event),
  ])
}

const end = async ({ atomically, schema }: Connection, userId: string, event: AuditEvent): Promise<boolean> => {
  const { calendarFeeds } = schema
  try {
    await atomically((tx) => [
      {
        label: ENDED,
        rows: tx
          .delete(calendarFeeds)
          .where(eq(calendarFeeds.userId, userId))
          .returning({ userId: calendarFeeds.userId }),
        expect: 1,
      },
      auditWrite(tx, schema, event),
    ])
    return true
  } catch (thrown) {
    if (thrown instanceof WriteConflict && thrown.label === ENDED) return false
    throw thrown
  }
}

const find = async ({ queries, read, schema }: Connection, digests: readonly string[]) => {
  const { calendarFeeds, users } = schema
  const { userId, digest, secretId, createdAt } = calendarFeeds
  const [row] = await read(
    queries
      .select({ userId, digest, secretId, createdAt })
      .from(calendarFeeds)
      .innerJoin(users, and(eq(users.id, userId), isNull(users.disabledAt)))
      .where(inArray(digest, [...digests]))
      .limit(1),
  )
  return row
}

const tokensWhere = async (
  { queries, read, schema: { tokens } }: Connection,
  { tenantId, userId, after, limit }: CalendarQuery,
  whose: 'own' | 'account',
): Promise<readonly CalendarToken[]> => {
  const { id, name, context, expiresAt } = tokens
  const rows = await read(
    queries
      .select({ id, name, context, expiresAt })
      .from(tokens)
      .where(
        and(
          eq(tokens.tenantId, tenantId),
          whose === 'own' ? eq(tokens.ownerUserId, userId) : eq(context, 'tenant'),
          isNull(tokens.revokedAt),
          gt(expiresAt, after),
        ),
      )
      .orderBy(asc(expiresAt), asc(id))
      .limit(limit),
  )
  return rows.flatMap((row) => (row.expiresAt === null ? [] : [{ ...row, expiresAt: row.expiresAt }]))
}

const tokensOf = async (connection: Connection, query: CalendarQuery): Promise<readonly CalendarToken[]> => {
  const own = await tokensWhere(connection, query, 'own')
  const ofAccount = query.managesTokens ? await tokensWhere(connection, query, 'account') : []
  return [...own, ...ofAccount]
    .toSorted((one, other) => one.expiresAt - other.expiresAt || (one.id < other.id ? -1 : 1))
    .slice(0, query.limit)
}

/** Calendars in SQL; a secret never reaches it, only its digest. */
export const createCalendarStore = (connection: Connection): CalendarStore => {
  const { queries, read, schema } = connection
  const { calendarFeeds, memberships } = schema
  return {
    madeAt: async (userId) => {
      const [row] = await read(
        queries.select({ at: calendarFeeds.createdAt }).from(calendarFeeds).where(eq(calendarFeeds.userId, userId)),
      )
      return row?.at
    },
    put: (feed, event) => put(connection, feed, event),
    end: (userId, event) => end(connection, userId, event),
    find: (digests) => find(connection, digests),
    tenantsOf: async (userId) => {
      const rows = await read(
        queries
          .select({ tenantId: memberships.tenantId })
          .from(memberships)
          .where(eq(memberships.userId, userId))
          .orderBy(asc(memberships.tenantId))
          .limit(TENANTS_MAX),
      )
      return rows.map(({ tenantId }) => tenantId)
    },
    tokens: (query) => tokensOf(connection, query),
  }
}
