import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import { parseTokenPolicy } from '#db/token-policy-column.ts'
import type { AccessStore, TenantAccess } from '#lib/access/access-store.ts'
import type { Role } from '#lib/access/role.ts'
import { ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

const rolesOf = async ({ queries, read, schema }: Connection, scope: string): Promise<readonly Role[]> => {
  const { roles, rolePermissions } = schema
  const rows = await read(
    queries.select().from(roles).where(eq(roles.tenantId, scope)).orderBy(asc(roles.level), asc(roles.key)),
  )
  if (rows.length === 0) return []
  const granted = await read(
    queries
      .select()
      .from(rolePermissions)
      .where(eq(rolePermissions.tenantId, scope))
      .orderBy(asc(rolePermissions.roleKey), asc(rolePermissions.permission)),
  )
  return rows.map(({ key, name, description, level }) => ({
    key,
    name,
    description,
    level,
    permissions: granted.filter(({ roleKey }) => roleKey === key).map(({ permission }) => permission),
  }))
}

const environmentAccess = async (connection: Connection) => {
  const { queries, read, schema } = connection
  const { environment, permissions } = schema
  const [row] = await read(queries.select().from(environment).limit(1))
  if (!row) throw new PortalError('server.internal', { internal: 'the environment row is missing' })
  const catalog = await read(
    queries
      .select()
      .from(permissions)
      .where(isNull(permissions.withdrawnAt))
      .orderBy(asc(permissions.position), asc(permissions.key)),
  )
  return {
    rightsVersion: row.rightsVersion,
    m2mOffAt: row.m2mOffAt,
    catalog: catalog.map(({ key, label, description, category }) => ({ key, label, description, category })),
    roles: await rolesOf(connection, ENVIRONMENT_SCOPE),
  }
}

type TenantRow = Connection['schema']['tenants']['$inferSelect']

const tenantAccess = async (connection: Connection, row: TenantRow | undefined): Promise<TenantAccess | undefined> => {
  if (!row) return undefined
  const { queries, read, schema } = connection
  const { tenantCeiling } = schema
  const ceiling =
    row.ceilingSince === null
      ? undefined
      : await read(queries.select().from(tenantCeiling).where(eq(tenantCeiling.tenantId, row.id)))
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    rightsVersion: row.rightsVersion,
    policy: parseTokenPolicy(row.policy),
    m2mOffAt: row.m2mOffAt,
    ceiling: ceiling && new Set(ceiling.map(({ permission }) => permission)),
    roles: await rolesOf(connection, row.id),
  }
}

const memberFinder = ({ prepared, schema }: Connection): AccessStore['member'] => {
  const { memberships, memberRoles, users } = schema
  const memberOf = prepared((queries) =>
    queries
      .select({ userId: users.id, name: users.name, email: users.email })
      .from(memberships)
      .innerJoin(users, and(eq(users.id, memberships.userId), isNull(users.disabledAt)))
      .where(
        and(eq(memberships.tenantId, sql.placeholder('tenantId')), eq(memberships.userId, sql.placeholder('userId'))),
      ),
  )
  const rolesOfMember = prepared((queries) =>
    queries
      .select({ key: memberRoles.roleKey })
      .from(memberRoles)
      .where(
        and(eq(memberRoles.tenantId, sql.placeholder('tenantId')), eq(memberRoles.userId, sql.placeholder('userId'))),
      )
      .orderBy(asc(memberRoles.roleKey)),
  )
  return async (tenantId, userId) => {
    const [row] = await memberOf({ tenantId, userId })
    if (!row) return undefined
    const roles = await rolesOfMember({ tenantId, userId })
    return { ...row, roleKeys: roles.map(({ key }) => key) }
  }
}

/** Reads what decisions about rights stand on. */
export const createAccessStore = (connection: Connection): AccessStore => {
  const { queries, read, schema } = connection
  const { tenants } = schema
  return {
    environment: () => environmentAccess(connection),
    tenant: async (id) => {
      const [row] = await read(queries.select().from(tenants).where(eq(tenants.id, id)))
      return tenantAccess(connection, row)
    },
    tenantBySlug: async (slug) => {
      const [row] = await read(queries.select().from(tenants).where(eq(tenants.slug, slug)))
      return tenantAccess(connection, row)
    },
    member: memberFinder(connection),
  }
}
