import { and, eq, gt, inArray, isNull, or } from 'drizzle-orm'
import { type Connection, type Transaction, type Write, WriteConflict } from '#db/connection.ts'
import { findPlaceOfRefresh, findPlaceOfSecret } from '#db/directories.ts'
import { endAllFamilies, endedOf, endFamilyWrites, isRepeated, lockToken } from '#db/oauth-writes.ts'
import type { Schema } from '#db/schema.ts'
import { atomicallyGuarded, auditWrite, changeWrite, guardRights, RIGHTS } from '#db/writes.ts'
import { ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import type { CalendarChange, KnownCalendar, LeakChange, LeakStore, LeakWork } from '#lib/leaks/leak-store.ts'
import { mailId } from '#lib/notices/outgoing-mail.ts'
import type { Family } from '#lib/oauth/refresh-token.ts'
import type { Token } from '#lib/tokens/token.ts'

const inVersion = ({ tokens }: Schema, token: Token) =>
  and(eq(tokens.tenantId, token.tenantId), eq(tokens.id, token.id), eq(tokens.version, token.version))

// Pause and revocation alone, and whatever came of exchanges: the rest of the token is nobody's business here.
const stopToken = (tx: Transaction, schema: Schema, token: Token, at: number): readonly Write[] => [
  {
    label: RIGHTS,
    rows: tx
      .update(schema.tokens)
      .set({
        revokedAt: token.revoked?.at ?? null,
        revokedBy: token.revoked?.by ?? null,
        revokedReason: token.revoked?.reason ?? null,
        pausedAt: token.paused?.at ?? null,
        pausedBy: token.paused?.by ?? null,
        pausedLevel: token.paused?.level ?? null,
        pausedReason: token.paused?.reason ?? null,
        version: token.version + 1,
      })
      .where(inVersion(schema, token))
      .returning({ id: schema.tokens.id }),
    expect: 1,
  },
  ...endAllFamilies(tx, schema, token, at),
]

const endCredential = (
  tx: Transaction,
  schema: Schema,
  { token, credentialId }: Extract<LeakWork, { act: 'end_credential' }>,
  at: number,
): readonly Write[] => {
  const { credentials } = schema
  return [
    ...stopToken(tx, schema, token, at),
    {
      label: 'credential',
      rows: tx
        .update(credentials)
        .set({ endsAt: at })
        .where(
          and(
            eq(credentials.tenantId, token.tenantId),
            eq(credentials.tokenId, token.id),
            eq(credentials.id, credentialId),
            or(isNull(credentials.endsAt), gt(credentials.endsAt, at)),
          ),
        )
        .returning({ id: credentials.id }),
      expect: 1,
    },
  ]
}

const tokenChange = (tx: Transaction, schema: Schema, { tenantId, id }: Token, at: number): Write =>
  changeWrite(tx, schema, { kind: 'token', key: `${tenantId}/${id}`, at })

const workWrites = (tx: Transaction, schema: Schema, work: LeakWork, at: number): readonly Write[] => {
  switch (work.act) {
    case 'stop_token':
      return [...stopToken(tx, schema, work.token, at), tokenChange(tx, schema, work.token, at)]
    case 'end_credential':
      return [...endCredential(tx, schema, work, at), tokenChange(tx, schema, work.token, at)]
    case 'end_family':
      // First the lock: a rotation under way must not add to a family that ends.
      return [
        lockToken(tx, schema, work.family),
        ...endFamilyWrites(tx, schema, work.family, { at, reason: 'revoked' }),
      ]
    case 'tell': {
      const { tokens } = schema
      const same = tx.select({ id: tokens.id }).from(tokens).where(inVersion(schema, work.token))
      return [{ label: RIGHTS, rows: tx.share(same), expect: 1 }]
    }
  }
}

const carryOut = async (
  connection: Connection,
  work: LeakWork,
  { versions, event }: LeakChange,
): Promise<'done' | 'repeated'> => {
  const { schema } = connection
  try {
    await atomicallyGuarded(connection, (tx) => [
      ...guardRights(tx, schema, versions),
      ...workWrites(tx, schema, work, event.at),
      auditWrite(tx, schema, event),
    ])
    return 'done'
  } catch (thrown) {
    if (isRepeated(thrown)) return 'repeated'
    throw thrown
  }
}

const hasEnded = async ({ queries, read, schema }: Connection, family: Family): Promise<boolean> => {
  const { endedFamilies, refreshTokens } = schema
  const [ended] = await read(
    queries
      .select({ familyId: endedFamilies.familyId })
      .from(endedFamilies)
      .where(and(eq(endedFamilies.tenantId, family.tenantId), eq(endedFamilies.familyId, family.familyId))),
  )
  if (ended) return true
  // Ended families are forgotten after a day, their refresh tokens after a month.
  const [refresh] = await read(
    queries.select({ sequence: refreshTokens.sequence }).from(refreshTokens).where(endedOf(schema, family)).limit(1),
  )
  return refresh !== undefined
}

const findCalendar = async (
  { queries, read, schema: { calendarFeeds, users } }: Connection,
  digests: readonly string[],
): Promise<KnownCalendar | undefined> => {
  const { userId, digest } = calendarFeeds
  const [row] = await read(
    queries
      .select({ userId, userName: users.name, email: users.email, digest })
      .from(calendarFeeds)
      .innerJoin(users, eq(users.id, userId))
      .where(inArray(digest, [...digests]))
      .limit(1),
  )
  return row
}

const CALENDAR = 'found calendar'

const endCalendar = async (
  { atomically, schema }: Connection,
  { userId, digest, email }: KnownCalendar,
  { event, mail }: CalendarChange,
): Promise<'done' | 'repeated'> => {
  const { calendarFeeds, outgoingMails } = schema
  const id = mailId({ eventId: event.id, tenantId: ENVIRONMENT_SCOPE, userId })
  const waiting = { id, address: email, ...mail, createdAt: event.at, nextAttemptAt: event.at }
  try {
    await atomically((tx) => [
      {
        label: CALENDAR,
        rows: tx
          .delete(calendarFeeds)
          .where(and(eq(calendarFeeds.userId, userId), eq(calendarFeeds.digest, digest)))
          .returning({ userId: calendarFeeds.userId }),
        expect: 1,
      },
      auditWrite(tx, schema, event),
      { label: 'mail', rows: tx.insert(outgoingMails).values(waiting).returning({ id: outgoingMails.id }), expect: 1 },
    ])
    return 'done'
  } catch (thrown) {
    if (thrown instanceof WriteConflict && thrown.label === CALENDAR) return 'repeated'
    throw thrown
  }
}

const wasRecorded = async (
  { queries, read, schema: { auditEvents } }: Connection,
  eventIds: readonly string[],
): Promise<boolean> => {
  const { tenantId, id } = auditEvents
  const rows = await read(
    queries
      .select({ id })
      .from(auditEvents)
      .where(and(eq(tenantId, ENVIRONMENT_SCOPE), inArray(id, [...eventIds])))
      .limit(1),
  )
  return rows.length > 0
}

/** Found credentials in SQL; the contract stands at LeakStore. */
export const createLeakStore = (connection: Connection): LeakStore => ({
  findClientSecret: (digests) => findPlaceOfSecret(connection, digests),
  findRefresh: (digests) => findPlaceOfRefresh(connection, digests),
  hasEnded: (family) => hasEnded(connection, family),
  carryOut: (work, change) => carryOut(connection, work, change),
  findCalendar: (digests) => findCalendar(connection, digests),
  endCalendar: (calendar, change) => endCalendar(connection, calendar, change),
  wasRecorded: (eventIds) => wasRecorded(connection, eventIds),
})
