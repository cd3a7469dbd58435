import { eq } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import { atomicallyGuarded, auditWrite, guardRights } from '#db/writes.ts'
import type { TeamEmailStore } from '#lib/notices/team-email.ts'

/** Team addresses in SQL. */
export const createTeamEmailStore = (connection: Connection): TeamEmailStore => {
  const { queries, read, schema } = connection
  const { tenants } = schema
  return {
    teamEmail: async (tenantId) => {
      const [row] = await read(
        queries.select({ teamEmail: tenants.teamEmail }).from(tenants).where(eq(tenants.id, tenantId)),
      )
      return row?.teamEmail ?? undefined
    },
    changeTeamEmail: async ({ teamEmail, versions, event }) => {
      await atomicallyGuarded(connection, (tx) => [
        ...guardRights(tx, schema, versions, 'own'),
        {
          label: 'team address',
          rows: tx
            .update(tenants)
            .set({ teamEmail: teamEmail ?? null })
            .where(eq(tenants.id, versions.tenantId))
            .returning({ id: tenants.id }),
          expect: 1,
        },
        auditWrite(tx, schema, event),
      ])
    },
  }
}
