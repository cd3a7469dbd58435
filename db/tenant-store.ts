import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import { type Connection, type Transaction, UniqueConflict, type Write, WriteConflict } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'
import { formatTokenPolicy } from '#db/token-policy-column.ts'
import { auditWrites, changeWrite } from '#db/writes.ts'
import { STARTING_POLICY } from '#lib/access/token-policy.ts'
import type { NewTenant, TenantStore } from '#lib/tenants/tenant-store.ts'

const OPERATOR = 'operator'

const operatorGuard = (tx: Transaction, { users }: Schema, operatorId: string): Write => ({
  label: OPERATOR,
  rows: tx.share(
    tx
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, operatorId), isNotNull(users.operatorSince), isNull(users.disabledAt))),
  ),
  expect: 1,
})

const tenantWrites = (
  tx: Transaction,
  { tenants, memberships, memberRoles }: Schema,
  { tenant, operatorId: userId, roleKey, at }: NewTenant,
): readonly Write[] => [
  {
    label: 'tenant',
    rows: tx
      .insert(tenants)
      .values({ ...tenant, policy: formatTokenPolicy(STARTING_POLICY), createdAt: at })
      .returning({ id: tenants.id }),
    expect: 1,
  },
  {
    label: 'membership',
    rows: tx.insert(memberships).values({ tenantId: tenant.id, userId, createdAt: at }).returning(),
    expect: 1,
  },
  {
    label: 'role',
    rows: tx.insert(memberRoles).values({ tenantId: tenant.id, userId, roleKey }).returning(),
    expect: 1,
  },
]

/** Tenants in SQL; whoever makes one must still be an operator when it is written. */
export const createTenantStore = ({ atomically, schema }: Connection): TenantStore => ({
  create: async (created) => {
    try {
      await atomically((tx) => [
        operatorGuard(tx, schema, created.operatorId),
        ...tenantWrites(tx, schema, created),
        ...auditWrites(tx, schema, created.events),
        changeWrite(tx, schema, { kind: 'tenant', key: created.tenant.id, at: created.at }),
      ])
      return 'created'
    } catch (thrown) {
      if (thrown instanceof WriteConflict && thrown.label === OPERATOR) return 'not_operator'
      if (thrown instanceof UniqueConflict) return 'slug_taken'
      throw thrown
    }
  },
})
