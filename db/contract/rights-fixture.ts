import { and, eq, sql } from 'drizzle-orm'
import type { Connection, RowsQuery, Transaction, Write } from '#db/connection.ts'
import { formatTokenPolicy } from '#db/token-policy-column.ts'
import { changeWrite } from '#db/writes.ts'
import { STARTING_POLICY, type TokenPolicy } from '#lib/access/token-policy.ts'
import type { ChangeKind } from '#lib/changes/change.ts'

const AT = 1_800_000_000

const any = (rows: RowsQuery): Write => ({ label: 'fixture', rows, expect: 'any' })

type Tenant = Partial<Connection['schema']['tenants']['$inferInsert']>

/** Changes of rights as operators and admins will make them, each moving the version that decisions re-check and told in the feed. */
export const rightsFixture = ({ atomically, schema }: Connection) => {
  const { tenants, environment, memberRoles, permissions, roles, rolePermissions, tenantCeiling, users } = schema
  const told = (tx: Transaction, kind: ChangeKind, key: string): Write => changeWrite(tx, schema, { kind, key, at: AT })
  const moveTenant = (tx: Transaction, tenantId: string, set: Tenant = {}): readonly Write[] => [
    any(
      tx
        .update(tenants)
        .set({ ...set, rightsVersion: sql`${tenants.rightsVersion} + 1` })
        .where(eq(tenants.id, tenantId))
        .returning(),
    ),
    told(tx, 'tenant', tenantId),
  ]
  const moveEnvironment = (tx: Transaction, set: { m2mOffAt?: number } = {}): readonly Write[] => [
    any(
      tx
        .update(environment)
        .set({ ...set, rightsVersion: sql`${environment.rightsVersion} + 1` })
        .returning(),
    ),
    told(tx, 'environment', 'environment'),
  ]
  return {
    /** Gives a member these roles in place of those they have. */
    giveRoles: (userId: string, roleKeys: readonly string[], tenantId = 'acme') =>
      atomically((tx) => [
        ...moveTenant(tx, tenantId),
        any(
          tx
            .delete(memberRoles)
            .where(and(eq(memberRoles.tenantId, tenantId), eq(memberRoles.userId, userId)))
            .returning(),
        ),
        ...roleKeys.map((roleKey) => any(tx.insert(memberRoles).values({ tenantId, userId, roleKey }).returning())),
      ]),
    /** Allows a tenant only these permissions. */
    setCeiling: (keys: readonly string[], tenantId = 'acme') =>
      atomically((tx) => [
        ...moveTenant(tx, tenantId, { ceilingSince: AT }),
        any(tx.delete(tenantCeiling).where(eq(tenantCeiling.tenantId, tenantId)).returning()),
        ...keys.map((permission) => any(tx.insert(tenantCeiling).values({ tenantId, permission }).returning())),
      ]),
    /** Changes a tenant's policy. */
    setPolicy: (policy: Partial<TokenPolicy>, tenantId = 'acme') =>
      atomically((tx) => moveTenant(tx, tenantId, { policy: formatTokenPolicy({ ...STARTING_POLICY, ...policy }) })),
    /** Switches every token of a tenant off, or of the environment. */
    switchOff: (what: 'tenant' | 'environment') =>
      atomically((tx) =>
        what === 'tenant' ? moveTenant(tx, 'acme', { m2mOffAt: AT }) : moveEnvironment(tx, { m2mOffAt: AT }),
      ),
    /** Takes a permission out of the catalog. */
    withdraw: (key: string) =>
      atomically((tx) => [
        ...moveEnvironment(tx),
        any(tx.update(permissions).set({ withdrawnAt: AT }).where(eq(permissions.key, key)).returning()),
      ]),
    /** Makes a role of one tenant. */
    makeRole: (key: string, level: number, keys: readonly string[], tenantId = 'acme') =>
      atomically((tx) => [
        ...moveTenant(tx, tenantId),
        any(tx.insert(roles).values({ tenantId, key, name: key, description: '', level }).returning()),
        ...keys.map((permission) =>
          any(tx.insert(rolePermissions).values({ tenantId, roleKey: key, permission }).returning()),
        ),
      ]),
    /** Disables a person everywhere. */
    disable: (userId: string) =>
      atomically((tx) => [
        any(tx.update(users).set({ disabledAt: AT }).where(eq(users.id, userId)).returning()),
        told(tx, 'user', userId),
      ]),
  }
}
