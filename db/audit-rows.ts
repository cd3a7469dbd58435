import { and, asc, gte, lt, lte, type SQL, sql } from 'drizzle-orm'
import type { Builders } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'

type Events = Pick<Schema, 'auditEvents'>

// The conditions of the partial indexes of events, in their words, or no engine uses them.

/** The event is one that people may be told of. */
export const wasTold = ({ auditEvents }: Events): SQL => sql`${auditEvents.type} <> 'token.exchanged'`

const wasExchanged = ({ auditEvents }: Events): SQL => sql`${auditEvents.type} = 'token.exchanged'`

/** The tokens that exchanged within a span of time, both moments included, once for each exchange. */
export const exchangedWithin = (
  tx: Pick<Builders, 'select'>,
  { auditEvents }: Events,
  { from, until }: { readonly from: number; readonly until: number },
) => {
  const { tenantId, targetId, at } = auditEvents
  return tx
    .select({ tenantId, targetId })
    .from(auditEvents)
    .where(and(wasExchanged({ auditEvents }), gte(at, from), lte(at, until)))
}

/** The keys of the oldest exchanges of before a moment, so many at most. */
export const oldExchanges = (tx: Pick<Builders, 'select'>, { auditEvents }: Events, before: number, limit: number) => {
  const { tenantId, id, at } = auditEvents
  return tx
    .select({ tenantId, id })
    .from(auditEvents)
    .where(and(wasExchanged({ auditEvents }), lt(at, before)))
    .orderBy(asc(at))
    .limit(limit)
}
