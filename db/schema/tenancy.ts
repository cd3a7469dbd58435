import type { Kit } from '#db/kit.ts'
import type { environmentTables } from '#db/schema/environment.ts'
import type { peopleTables } from '#db/schema/people.ts'

type Referenced = ReturnType<typeof environmentTables> & ReturnType<typeof peopleTables>

/** Accounts, who belongs to them, and what roles mean. */
export const tenancyTables = (kit: Kit, { roles, users }: Referenced) => {
  const { table, text, integer, numericDate, index, uniqueIndex, primaryKey, foreignKey } = kit
  const rolePermissions = table(
    'role_permissions',
    {
      tenantId: text('tenant_id').notNull(),
      roleKey: text('role_key').notNull(),
      permission: text('permission').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.tenantId, t.roleKey, t.permission] }),
      foreignKey({ columns: [t.tenantId, t.roleKey], foreignColumns: [roles.tenantId, roles.key] }).onDelete('cascade'),
    ],
  )
  const tenants = table(
    'tenants',
    {
      id: text('id').primaryKey(),
      slug: text('slug').notNull(),
      name: text('name').notNull(),
      rightsVersion: integer('rights_version').notNull().default(0),
      // JSON of lib/policy/token-policy.ts.
      policy: text('policy').notNull(),
      // Null: no ceiling. Otherwise only what tenant_ceiling lists passes.
      ceilingSince: numericDate('ceiling_since'),
      m2mOffAt: numericDate('m2m_off_at'),
      // Where mails about account tokens go besides their managers.
      teamEmail: text('team_email'),
      createdAt: numericDate('created_at').notNull(),
    },
    (t) => [uniqueIndex('tenants_by_slug').on(t.slug)],
  )
  const tenantId = () =>
    text('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' })
  const tenantCeiling = table(
    'tenant_ceiling',
    { tenantId: tenantId(), permission: text('permission').notNull() },
    (t) => [primaryKey({ columns: [t.tenantId, t.permission] })],
  )
  const memberships = table(
    'memberships',
    {
      tenantId: tenantId(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      createdAt: numericDate('created_at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.tenantId, t.userId] }), index('memberships_by_user').on(t.userId)],
  )
  const memberRoles = table(
    'member_roles',
    { tenantId: text('tenant_id').notNull(), userId: text('user_id').notNull(), roleKey: text('role_key').notNull() },
    (t) => [
      primaryKey({ columns: [t.tenantId, t.userId, t.roleKey] }),
      foreignKey({
        columns: [t.tenantId, t.userId],
        foreignColumns: [memberships.tenantId, memberships.userId],
      }).onDelete('cascade'),
    ],
  )
  return { rolePermissions, tenants, tenantCeiling, memberships, memberRoles }
}
