import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Connection, QueryShape, Transaction, Write } from '#db/connection.ts'
import { WriteConflict } from '#db/connection.ts'
import { placeholders } from '#db/placeholders.ts'
import type { Schema } from '#db/schema.ts'
import { type RightsVersions, StaleDecision } from '#lib/access/rights.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { ChangeKind } from '#lib/changes/change.ts'

/** A number where a statement has no column beside it to tell PostgreSQL that it is none of text. */
export const numberOf = (value: number): SQL<number> => sql<number>`cast(${value} as bigint)`

/** The label of the writes that re-check rights; their mismatch means the decision is stale. */
export const RIGHTS = 'rights'

const guardEnvironmentRights = (tx: Transaction, { environment }: Schema, versions: RightsVersions): Write => ({
  label: RIGHTS,
  rows: tx.share(
    tx.select({ id: environment.id }).from(environment).where(eq(environment.rightsVersion, versions.environment)),
  ),
  expect: 1,
})

/**
 * Re-checks, first in a list, that the rights a decision stood on are still the same (rule 11). Lists that write the tenant
 * or count something of it `own` its row, since of two that share it neither could go on.
 */
export const guardRights = (
  tx: Transaction,
  schema: Schema,
  versions: RightsVersions,
  hold: 'share' | 'own' = 'share',
): readonly Write[] => [
  {
    label: RIGHTS,
    rows: tx[hold](
      tx
        .select({ id: schema.tenants.id })
        .from(schema.tenants)
        .where(and(eq(schema.tenants.id, versions.tenantId), eq(schema.tenants.rightsVersion, versions.tenant))),
    ),
    expect: 1,
  },
  guardEnvironmentRights(tx, schema, versions),
]

/** Moves the version of a tenant's rights on: part of every list that changes what its members or tokens may do. */
export const bumpTenantRights = (tx: Transaction, { tenants }: Schema, versions: RightsVersions): Write => ({
  label: RIGHTS,
  rows: tx
    .update(tenants)
    .set({ rightsVersion: versions.tenant + 1 })
    .where(and(eq(tenants.id, versions.tenantId), eq(tenants.rightsVersion, versions.tenant)))
    .returning({ id: tenants.id }),
  expect: 1,
})

/** The guards of a list that changes a tenant's rights: both versions are those decided on, and the tenant's moves on. */
export const moveTenantRights = (tx: Transaction, schema: Schema, versions: RightsVersions): readonly Write[] => [
  bumpTenantRights(tx, schema, versions),
  guardEnvironmentRights(tx, schema, versions),
]

/** Moves the version of the environment's rights on: part of every list that changes its catalog or its roles. */
export const bumpEnvironmentRights = (tx: Transaction, { environment }: Schema, version: number): Write => ({
  label: RIGHTS,
  rows: tx
    .update(environment)
    .set({ rightsVersion: version + 1 })
    .where(eq(environment.rightsVersion, version))
    .returning({ id: environment.id }),
  expect: 1,
})

const auditRow = (event: AuditEvent): Schema['auditEvents']['$inferInsert'] => ({
  tenantId: event.tenantId,
  id: event.id,
  at: event.at,
  type: event.type,
  actorKind: event.actor.kind,
  actorId: event.actor.id,
  actorName: event.actor.name,
  targetKind: event.target.kind,
  targetId: event.target.id,
  targetName: event.target.name,
  requestId: event.requestId,
  address: event.address ?? null,
  details: JSON.stringify(event.details),
})

const insertEvent: QueryShape = (tx, { auditEvents }) =>
  tx.insert(auditEvents).values({
    ...placeholders('tenantId', 'id', 'at', 'type', 'actorKind', 'actorId', 'actorName'),
    ...placeholders('targetKind', 'targetId', 'targetName', 'requestId', 'address', 'details'),
  })

/** Records what happened, in the transaction in which it happens. */
export const auditWrite = (tx: Transaction, schema: Schema, event: AuditEvent): Write => ({
  label: 'audit',
  rows: tx.filled(insertEvent, schema, auditRow(event)),
  expect: 1,
})

// 13 parameters a row, and SQLite takes 32,766 in a statement.
const AUDIT_ROWS_MAX = 1000

const auditSlices = (events: readonly AuditEvent[]) =>
  Array.from({ length: Math.ceil(events.length / AUDIT_ROWS_MAX) }, (_, index) =>
    events.slice(index * AUDIT_ROWS_MAX, (index + 1) * AUDIT_ROWS_MAX).map(auditRow),
  )

/** Records many events, in as few statements as the engines allow; none for none. */
export const auditWrites = (
  tx: Transaction,
  { auditEvents }: Schema,
  events: readonly AuditEvent[],
): readonly Write[] =>
  auditSlices(events).map((rows) => ({
    label: 'audit',
    rows: tx.insert(auditEvents).values(rows).returning({ id: auditEvents.id }),
    expect: rows.length,
  }))

/** Records those of the events whose id is not recorded yet: for what several processes may find out at once. */
export const auditOnceWrites = (
  tx: Transaction,
  { auditEvents }: Schema,
  events: readonly AuditEvent[],
): readonly Write[] =>
  auditSlices(events).map((rows) => ({
    label: 'audit',
    rows: tx.insert(auditEvents).values(rows).onConflictDoNothing().returning({ id: auditEvents.id }),
    expect: 'any',
  }))

const insertChange: QueryShape = (tx, { changes }) =>
  tx
    .insert(changes)
    .values(placeholders('kind', 'key', 'at'))
    .returning({ seq: changes.seq })

/** Tells every cache of every process that answers about this key may have changed. */
export const changeWrite = (
  tx: Transaction,
  schema: Schema,
  change: { readonly kind: ChangeKind; readonly key: string; readonly at: number },
): Write => ({
  label: 'change',
  rows: tx.filled(insertChange, schema, change),
  expect: 1,
  toFeed: true,
})

/** Runs a list that begins with guards; a mismatch of a guard becomes StaleDecision, so that the use-case reruns. */
export const atomicallyGuarded = async (
  { atomically }: Pick<Connection, 'atomically'>,
  writes: (tx: Transaction) => readonly Write[],
): Promise<readonly (readonly unknown[])[]> => {
  try {
    return await atomically(writes)
  } catch (thrown) {
    if (thrown instanceof WriteConflict && thrown.label === RIGHTS) throw new StaleDecision('rights changed')
    throw thrown
  }
}
