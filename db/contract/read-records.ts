import { asc, eq } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'

/** The types and targets of a tenant's audit events, sorted, as `type target`. */
export const auditOf = async ({ queries, schema: { auditEvents } }: Connection, tenantId: string) => {
  const rows = await queries.select().from(auditEvents).where(eq(auditEvents.tenantId, tenantId))
  return rows.map(({ type, targetId }) => `${type} ${targetId}`).sort()
}

/** The change feed in its order, as `kind key`. */
export const changesOf = async ({ queries, schema: { changes } }: Connection): Promise<readonly string[]> => {
  const rows = await queries.select().from(changes).orderBy(asc(changes.seq))
  return rows.map(({ kind, key }) => `${kind} ${key}`)
}

/** The version of a tenant's rights. */
export const rightsVersionOf = async ({ queries, schema: { tenants } }: Connection, tenantId: string) => {
  const [row] = await queries.select().from(tenants).where(eq(tenants.id, tenantId))
  return row?.rightsVersion
}
