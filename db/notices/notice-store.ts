import { and, desc, eq, inArray, lt, or, type Placeholder, type SQL, sql } from 'drizzle-orm'
import { wasTold } from '#db/audit-rows.ts'
import type { Connection } from '#db/connection.ts'
import { noticeColumns, toNotice } from '#db/notices/notice-row.ts'
import { placeholders } from '#db/placeholders.ts'
import type { Schema } from '#db/schema.ts'
import { NOTICE_TYPES } from '#lib/notices/notice.ts'
import type { NoticeQuery, NoticeReader, NoticeStore } from '#lib/notices/notice-store.ts'

type Asked = Pick<Connection, 'queries' | 'schema'>

/** Who reads; for a statement that is built once, the place of who reads. */
type Reader = Omit<NoticeReader, 'tenantId' | 'userId'> & Readonly<Record<'tenantId' | 'userId', string | Placeholder>>

const concerns = ({ tokens }: Schema, { userId, managesTokens }: Reader): SQL | undefined =>
  managesTokens ? or(eq(tokens.context, 'tenant'), eq(tokens.ownerUserId, userId)) : eq(tokens.ownerUserId, userId)

const noticesOf = ({ queries, schema }: Asked, reader: Reader, further: SQL | undefined) => {
  const { auditEvents, tokens } = schema
  const columns = noticeColumns(schema)
  // Who owns a few tokens is served from these; who manages all, from the tenant's newest. CROSS JOIN keeps the order.
  const joined = reader.managesTokens
    ? queries.select(columns).from(auditEvents).crossJoin(tokens)
    : queries.select(columns).from(tokens).crossJoin(auditEvents)
  return joined
    .where(
      and(
        eq(tokens.tenantId, reader.tenantId),
        concerns(schema, reader),
        eq(auditEvents.tenantId, reader.tenantId),
        eq(auditEvents.targetId, tokens.id),
        wasTold(schema),
        inArray(auditEvents.type, NOTICE_TYPES),
        further,
      ),
    )
    .orderBy(desc(auditEvents.at), desc(auditEvents.id))
}

// Behind a plus no index sees the time: of a person's tokens SQLite would rather take the index that has the exchanges.
const timeFor = ({ auditEvents }: Schema, { managesTokens }: Reader): SQL =>
  managesTokens ? sql`${auditEvents.at}` : sql`+${auditEvents.at}`

/** The statement that lists; apart, so that a test can ask for its plan. */
export const noticesQuery = (connection: Connection, query: NoticeQuery) => {
  const { id } = connection.schema.auditEvents
  const at = timeFor(connection.schema, query)
  const { below } = query
  const further = below && sql`${at} <= ${below.at} and not (${at} = ${below.at} and ${id} >= ${below.id})`
  return noticesOf(connection, query, further).limit(query.limit)
}

const PLACES = placeholders('tenantId', 'userId', 'at', 'id', 'max')

/** The statement that counts, for those who manage tokens or those who do not: it reads at most `max` rows. */
export const unreadQuery = (asked: Asked, managesTokens: boolean) => {
  const { tenantId, userId, max } = PLACES
  const { actorKind, actorId, id } = asked.schema.auditEvents
  const reader = { tenantId, userId, managesTokens }
  const at = timeFor(asked.schema, reader)
  // Nothing is greater than an id of null: of its second all is read.
  const unread = sql`${at} >= ${PLACES.at} and (${at} > ${PLACES.at} or ${id} > ${PLACES.id})`
  const ofOthers = sql`not (${actorKind} = 'user' and ${actorId} = ${userId})`
  return noticesOf(asked, reader, sql`${unread} and ${ofOthers}`).limit(max)
}

const unreadCounter = ({ prepared, schema }: Connection): NoticeStore['countAfter'] => {
  const counters = [false, true].map((managesTokens) =>
    prepared((queries) => unreadQuery({ queries, schema }, managesTokens)),
  )
  return async ({ tenantId, userId, managesTokens }, { at, id }, max) =>
    (await counters[Number(managesTokens)]?.({ tenantId, userId, at, id, max }))?.length ?? 0
}

const readUntilReader = ({ prepared, schema }: Connection): NoticeStore['readUntil'] => {
  const { memberships, noticeReads } = schema
  const { tenantId, userId } = PLACES
  const rowOf = prepared((queries) =>
    queries
      .select({ joinedAt: memberships.createdAt, at: noticeReads.readUntil, id: noticeReads.readUntilId })
      .from(memberships)
      .leftJoin(noticeReads, and(eq(noticeReads.tenantId, tenantId), eq(noticeReads.userId, userId)))
      .where(and(eq(memberships.tenantId, tenantId), eq(memberships.userId, userId))),
  )
  return async (inTenant, ofUser) => {
    const [row] = await rowOf({ tenantId: inTenant, userId: ofUser })
    if (!row) return undefined
    // What happened in the second in which they became one may have happened after it.
    return row.at === null ? { at: row.joinedAt, id: '' } : { at: row.at, id: row.id }
  }
}

/** Notices read from the audit trail; the contract stands at NoticeStore. */
export const createNoticeStore = (connection: Connection): NoticeStore => {
  const { read, atomically, schema } = connection
  const { noticeReads } = schema
  return {
    list: async (query) => (await read(noticesQuery(connection, query))).map(toNotice),
    readUntil: readUntilReader(connection),
    countAfter: unreadCounter(connection),
    markRead: async (tenantId, userId, { at, id }) => {
      const { readUntil, readUntilId } = noticeReads
      await atomically((tx) => [
        {
          label: 'read',
          rows: tx
            .insert(noticeReads)
            .values({ tenantId, userId, readUntil: at, readUntilId: id })
            .onConflictDoUpdate({
              target: [noticeReads.tenantId, noticeReads.userId],
              set: { readUntil: at, readUntilId: id },
              setWhere: sql`${lt(readUntil, at)} or ${eq(readUntil, at)} and ${lt(readUntilId, id)}`,
            })
            .returning({ userId: noticeReads.userId }),
          expect: 'any',
        },
      ])
    },
  }
}
