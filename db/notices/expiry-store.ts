import { and, asc, eq, gt, isNull, lte, sql } from 'drizzle-orm'
import { type Connection, type Transaction, UniqueConflict, type Write } from '#db/connection.ts'
import { preparedInPairs } from '#db/prepared-in.ts'
import type { Schema } from '#db/schema.ts'
import { atomicallyGuarded, auditWrites, RIGHTS } from '#db/writes.ts'
import { StaleDecision } from '#lib/access/rights.ts'
import type { EndingQuery, EndingToken, ExpiryStore, Warning } from '#lib/notices/expiry-store.ts'

/** The statement that finds tokens by their end; apart, so that a test can ask for its plan. */
export const endingQuery = ({ queries, schema }: Connection, { after, until, limit, behind }: EndingQuery) => {
  const { tenantId, id, name, context, createdAt, expiresAt, pausedAt, revokedAt } = schema.tokens
  // Not as an OR: SQLite would look for three ranges, and sort what it found.
  const further =
    behind &&
    sql`${expiresAt} >= ${behind.expiresAt} and not (${expiresAt} = ${behind.expiresAt} and (${tenantId} < ${behind.tenantId} or (${tenantId} = ${behind.tenantId} and ${id} <= ${behind.id})))`
  return queries
    .select({ tenantId, id, name, context, createdAt, expiresAt, pausedAt })
    .from(schema.tokens)
    .where(and(isNull(revokedAt), gt(expiresAt, after), lte(expiresAt, until), further))
    .orderBy(asc(expiresAt), asc(tenantId), asc(id))
    .limit(limit)
}

const keyOf = (tenantId: string, tokenId: string): string => `${tenantId}/${tokenId}`

const createEnding = (connection: Connection): ExpiryStore['ending'] => {
  const { credentialUse } = connection.schema
  const usedAmong = preparedInPairs(connection, (queries, among) =>
    queries
      .select({ tenantId: credentialUse.tenantId, tokenId: credentialUse.tokenId })
      .from(credentialUse)
      .where(among(credentialUse.tenantId, credentialUse.tokenId)),
  )
  return async (query) => {
    const rows = await connection.read(endingQuery(connection, query))
    if (rows.length === 0) return []
    const uses = await usedAmong(rows.map(({ tenantId, id }) => [tenantId, id]))
    const used = new Set(uses.map(({ tenantId, tokenId }) => keyOf(tenantId, tokenId)))
    return rows.flatMap(({ pausedAt, expiresAt, ...row }): readonly EndingToken[] =>
      expiresAt === null
        ? []
        : [{ ...row, expiresAt, isPaused: pausedAt !== null, wasUsed: used.has(keyOf(row.tenantId, row.id)) }],
    )
  }
}

// The label of a guard: a token that was revoked or moved since it was read is decided on again.
const unchangedWrite = (tx: Transaction, { tokens }: Schema, { token }: Warning): Write => ({
  label: RIGHTS,
  rows: tx.share(
    tx
      .select({ id: tokens.id })
      .from(tokens)
      .where(
        and(
          eq(tokens.tenantId, token.tenantId),
          eq(tokens.id, token.id),
          eq(tokens.expiresAt, token.expiresAt),
          isNull(tokens.revokedAt),
        ),
      ),
  ),
  expect: 1,
})

const warn = async (connection: Connection, warnings: readonly Warning[]): Promise<void> => {
  const { schema } = connection
  try {
    await atomicallyGuarded(connection, (tx) => [
      ...warnings.map((warning) => unchangedWrite(tx, schema, warning)),
      ...auditWrites(
        tx,
        schema,
        warnings.map(({ event }) => event),
      ),
    ])
  } catch (thrown) {
    if (thrown instanceof UniqueConflict) throw new StaleDecision('somebody warned of it')
    throw thrown
  }
}

/** What warning of expiries reads and writes, in SQL; the contract stands at ExpiryStore. */
export const createExpiryStore = (connection: Connection): ExpiryStore => {
  const { auditEvents } = connection.schema
  const eventsAmong = preparedInPairs(connection, (queries, among) =>
    queries.select({ id: auditEvents.id }).from(auditEvents).where(among(auditEvents.tenantId, auditEvents.id)),
  )
  return {
    ending: createEnding(connection),
    recorded: async (events) => {
      if (events.length === 0) return new Set()
      const rows = await eventsAmong(events.map(({ tenantId, id }) => [tenantId, id]))
      return new Set(rows.map(({ id }) => id))
    },
    warn: (warnings) => warn(connection, warnings),
  }
}
