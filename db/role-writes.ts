import { and, eq, type SQL } from 'drizzle-orm'
import type { Transaction, Write } from '#db/connection.ts'
import { guardEnvironment } from '#db/operator-store.ts'
import type { Schema } from '#db/schema.ts'
import { auditWrite, changeWrite, moveTenantRights, RIGHTS } from '#db/writes.ts'
import type { Role } from '#lib/access/role.ts'
import { ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import type { RoleChange } from '#lib/tenants/role-store.ts'

/** Labels of the writes whose mismatch means that a key is taken, or a role held. */
export const TAKEN = 'role key'
/** See TAKEN. */
export const HELD = 'role held'

const scopeOf = (change: RoleChange): string =>
  change.scope === 'tenant' ? change.versions.tenantId : ENVIRONMENT_SCOPE

const guards = (tx: Transaction, schema: Schema, change: RoleChange): readonly Write[] =>
  change.scope === 'tenant' ? moveTenantRights(tx, schema, change.versions) : guardEnvironment(tx, schema, change)

const record = (tx: Transaction, schema: Schema, change: RoleChange): readonly Write[] => {
  const { event } = change
  const told =
    change.scope === 'tenant'
      ? { kind: 'tenant' as const, key: change.versions.tenantId }
      : { kind: 'environment' as const, key: 'environment' }
  return [auditWrite(tx, schema, event), changeWrite(tx, schema, { ...told, at: event.at })]
}

const insertPermissions = (
  tx: Transaction,
  { rolePermissions }: Schema,
  tenantId: string,
  { key, permissions }: Role,
): readonly Write[] =>
  permissions.length === 0
    ? []
    : [
        {
          label: 'role permissions',
          rows: tx
            .insert(rolePermissions)
            .values(permissions.map((permission) => ({ tenantId, roleKey: key, permission })))
            .returning(),
          expect: permissions.length,
        },
      ]

// A member's roles are named by key alone, so no key may stand for two roles: the environment's keys are every tenant's.
const freeKey = (tx: Transaction, { roles }: Schema, key: string, change: RoleChange): readonly Write[] => {
  const taken = (where: SQL | undefined): Write => ({
    label: TAKEN,
    rows: tx.select({ key: roles.key }).from(roles).where(where).limit(1),
    expect: 0,
  })
  if (change.scope === 'environment') return [taken(eq(roles.key, key))]
  const { tenantId } = change.versions
  return [tenantId, ENVIRONMENT_SCOPE].map((scope) => taken(and(eq(roles.tenantId, scope), eq(roles.key, key))))
}

/** The list that defines a role. */
export const defineWrites = (tx: Transaction, schema: Schema, role: Role, change: RoleChange): readonly Write[] => {
  const { key, name, description, level } = role
  const tenantId = scopeOf(change)
  return [
    ...guards(tx, schema, change),
    ...freeKey(tx, schema, key, change),
    {
      label: 'role',
      rows: tx.insert(schema.roles).values({ tenantId, key, name, description, level }).returning(),
      expect: 1,
    },
    ...insertPermissions(tx, schema, tenantId, role),
    ...record(tx, schema, change),
  ]
}

/** The list that makes a role another. */
export const editWrites = (tx: Transaction, schema: Schema, role: Role, change: RoleChange): readonly Write[] => {
  const { roles, rolePermissions } = schema
  const { key, name, description, level } = role
  const tenantId = scopeOf(change)
  return [
    ...guards(tx, schema, change),
    {
      label: RIGHTS,
      rows: tx
        .update(roles)
        .set({ name, description, level })
        .where(and(eq(roles.tenantId, tenantId), eq(roles.key, key)))
        .returning(),
      expect: 1,
    },
    {
      label: 'former permissions',
      rows: tx
        .delete(rolePermissions)
        .where(and(eq(rolePermissions.tenantId, tenantId), eq(rolePermissions.roleKey, key)))
        .returning(),
      expect: 'any',
    },
    ...insertPermissions(tx, schema, tenantId, role),
    ...record(tx, schema, change),
  ]
}

/** The list that deletes a role, from tokens too; it ends if a member holds it. */
export const deleteWrites = (tx: Transaction, schema: Schema, key: string, change: RoleChange): readonly Write[] => {
  const { roles, memberRoles, tokenGrants } = schema
  const tenantId = scopeOf(change)
  const here = change.scope === 'tenant'
  return [
    ...guards(tx, schema, change),
    {
      label: HELD,
      rows: tx
        .select({ userId: memberRoles.userId })
        .from(memberRoles)
        .where(and(here ? eq(memberRoles.tenantId, tenantId) : undefined, eq(memberRoles.roleKey, key)))
        .limit(1),
      expect: 0,
    },
    {
      label: 'grants',
      rows: tx
        .delete(tokenGrants)
        .where(
          and(
            here ? eq(tokenGrants.tenantId, tenantId) : undefined,
            eq(tokenGrants.kind, 'role'),
            eq(tokenGrants.key, key),
          ),
        )
        .returning({ tokenId: tokenGrants.tokenId }),
      expect: 'any',
    },
    {
      label: RIGHTS,
      rows: tx
        .delete(roles)
        .where(and(eq(roles.tenantId, tenantId), eq(roles.key, key)))
        .returning({ key: roles.key }),
      expect: 1,
    },
    ...record(tx, schema, change),
  ]
}
