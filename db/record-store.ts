import { asc, lt, max, min, sql } from 'drizzle-orm'
import { oldExchanges } from '#db/audit-rows.ts'
import type { Connection } from '#db/connection.ts'
import { purgeInSteps } from '#db/purge-in-steps.ts'
import type { RecordStore } from '#lib/chores/record-store.ts'

/**
 * How many of the newest numbers of the feed stay: as many as a follower may be behind (change-tail.ts), and far more than
 * a commit appends, whose last rows a witness may lack.
 */
export const CHANGES_KEPT = 10_000

/** The record in SQL; the contract stands at RecordStore. */
export const createRecordStore = (connection: Connection): RecordStore => ({
  purgeExchanges: (before) =>
    purgeInSteps(connection, 'old exchanges', (tx, limit) => {
      const { auditEvents } = connection.schema
      const { tenantId, id } = auditEvents
      const old = oldExchanges(tx, { auditEvents }, before, limit)
      return tx.delete(auditEvents).where(sql`(${tenantId}, ${id}) in ${old}`).returning({ id })
    }),
  purgeChanges: ({ from, until }) =>
    purgeInSteps(connection, 'old changes', (tx, limit) => {
      const { changes } = connection.schema
      const { seq, at } = changes
      const always = tx.select({ seq: sql`${max(seq)} - ${CHANGES_KEPT} + 1` }).from(changes)
      const oldest = tx
        .select({ seq, at })
        .from(changes)
        .where(lt(seq, always))
        .orderBy(asc(seq))
        .limit(limit)
        .as('oldest')
      const firstKept = tx
        .select({ seq: min(oldest.seq) })
        .from(oldest)
        .where(sql`${oldest.at} between ${from} and ${until}`)
      const end = tx.select({ seq: sql`${max(oldest.seq)} + 1` }).from(oldest)
      return tx
        .delete(changes)
        .where(lt(seq, sql`coalesce(${firstKept}, ${end})`))
        .returning({ seq })
    }),
  purgeIssueRequests: (before) =>
    purgeInSteps(connection, 'old issue requests', (tx, limit) => {
      const { issueRequests } = connection.schema
      const { tenantId, userId, idempotencyKey, createdAt } = issueRequests
      const key = { tenantId, userId, idempotencyKey }
      const old = tx.select(key).from(issueRequests).where(lt(createdAt, before)).limit(limit)
      return tx
        .delete(issueRequests)
        .where(sql`(${tenantId}, ${userId}, ${idempotencyKey}) in ${old}`)
        .returning({ tenantId })
    }),
})
