import { and, eq, sql } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import type { ChoreStore } from '#lib/chores/chore-store.ts'

type Taken = { readonly doneUntil: number }

/** Leases on chores: one statement takes, so that two processes never both do. */
export const createChoreStore = ({ atomically, queries, read, schema: { leases } }: Connection): ChoreStore => ({
  done: () =>
    read(queries.select({ name: leases.name, doneUntil: leases.doneUntil }).from(leases).orderBy(leases.name)),
  take: async ({ name, holder, now, dueBefore, leaseEndsAt, latest }) => {
    const [rows] = await atomically((tx) => [
      {
        label: 'lease',
        rows: tx
          .insert(leases)
          .values({ name, holder, expiresAt: leaseEndsAt })
          .onConflictDoUpdate({
            target: leases.name,
            set: { holder, expiresAt: leaseEndsAt },
            setWhere: sql`(${leases.expiresAt} <= ${now} or ${leases.expiresAt} > ${latest})
              and (${leases.doneUntil} <= ${dueBefore} or ${leases.doneUntil} > ${latest})`,
          })
          .returning({ doneUntil: leases.doneUntil }),
        expect: 'any',
      },
    ])
    return (rows as readonly Taken[] | undefined)?.[0]?.doneUntil
  },
  finish: async ({ name, holder }, { doneUntil, freeFrom }) => {
    const [rows] = await atomically((tx) => [
      {
        label: 'lease',
        rows: tx
          .update(leases)
          .set({ expiresAt: freeFrom, ...(doneUntil === undefined ? {} : { doneUntil }) })
          .where(and(eq(leases.name, name), eq(leases.holder, holder)))
          .returning({ name: leases.name }),
        expect: 'any',
      },
    ])
    return rows?.length === 1
  },
})
