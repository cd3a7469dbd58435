import { and, asc, eq, gt, inArray, lt, max, min, sql } from 'drizzle-orm'
import type { Builders, Connection } from '#db/connection.ts'
import { PURGED_AT_ONCE, purgeInSteps } from '#db/purge-in-steps.ts'
import type { Schema } from '#db/schema.ts'
import type { RecordStore } from '#lib/chores/record-store.ts'

/** How many accounts are read at once. */
export const TENANTS_AT_ONCE = 500
/**
 * How many of the newest numbers of the feed stay: as many as a follower may be behind (change-tail.ts), and far more than
 * a commit appends, whose last rows a witness may lack.
 */
export const CHANGES_KEPT = 10_000
// Before every text that is one.
const FIRST = ''

async function* tenantIds({ queries, read, schema: { tenants } }: Connection): AsyncGenerator<string> {
  for (let after: string | undefined = FIRST; after !== undefined; ) {
    const page: readonly { readonly id: string }[] = await read(
      queries
        .select({ id: tenants.id })
        .from(tenants)
        .where(gt(tenants.id, after))
        .orderBy(asc(tenants.id))
        .limit(TENANTS_AT_ONCE),
    )
    for (const { id } of page) yield id
    after = page.at(-1)?.id
  }
}

/** Below the ids of all events that happened from a moment on, whose first 48 bits are milliseconds (RFC 9562 §5.7). */
const idFrom = (at: number): string => {
  const digits = (at * 1000).toString(16).padStart(12, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8)}-`
}

type Place = { readonly tenantId: string; readonly before: number; readonly after: string }

const windowAt = (tx: Builders, { auditEvents }: Schema, { tenantId, before, after }: Place) => {
  const { id, type, at } = auditEvents
  return tx
    .select({ id, type, at })
    .from(auditEvents)
    .where(and(eq(auditEvents.tenantId, tenantId), gt(id, after), lt(id, idFrom(before))))
    .orderBy(asc(id))
    .limit(PURGED_AT_ONCE)
    .as('events')
}

// An index of exchanges would cost a page for each of them. So their tenant's events are gone through, by their ids, which
// grow with time: what is kept of them is little beside what goes.
const purgeExchangesOf = async (
  { atomically, schema }: Connection,
  tenantId: string,
  before: number,
): Promise<void> => {
  const { auditEvents } = schema
  for (let after: string | undefined = FIRST; after !== undefined; ) {
    const place: Place = { tenantId, before, after }
    const [ends] = await atomically((tx) => {
      const events = windowAt(tx, schema, place)
      const old = tx
        .select({ id: events.id })
        .from(events)
        .where(and(eq(events.type, 'token.exchanged'), lt(events.at, before)))
      return [
        { label: 'end of the events', rows: tx.select({ id: max(events.id) }).from(events), expect: 1 },
        {
          label: 'old exchanges',
          rows: tx
            .delete(auditEvents)
            .where(and(eq(auditEvents.tenantId, tenantId), inArray(auditEvents.id, old)))
            .returning({ id: auditEvents.id }),
          expect: 'any',
        },
      ]
    })
    after = (ends as readonly { readonly id: string | null }[] | undefined)?.[0]?.id ?? undefined
  }
}

/** The record in SQL; the contract stands at RecordStore. */
export const createRecordStore = (connection: Connection): RecordStore => ({
  purgeExchanges: async (before) => {
    for await (const tenantId of tenantIds(connection)) await purgeExchangesOf(connection, tenantId, before)
  },
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
})
