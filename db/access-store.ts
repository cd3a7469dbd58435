import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import { placeholders } from '#db/placeholders.ts'
import { parseTokenPolicy } from '#db/token-policy-column.ts'
import type { AccessStore, TenantAccess } from '#lib/access/access-store.ts'
import type { Role } from '#lib/access/role.ts'
import { ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

const rolesReader = ({ prepared, schema: { roles, rolePermissions } }: Connection) => {
  const { scope } = placeholders('scope')
  const { key, name, description, level } = roles
  const { roleKey, permission } = rolePermissions
  const rolesOf = prepared((queries) =>
    queries
      .select({ key, name, description, level })
      .from(roles)
      .where(eq(roles.tenantId, scope))
      .orderBy(asc(roles.level), asc(roles.key)),
  )
  const grantedIn = prepared((queries) =>
    queries
      .select({ roleKey, permission })
      .from(rolePermissions)
      .where(eq(rolePermissions.tenantId, scope))
      .orderBy(asc(rolePermissions.roleKey), asc(rolePermissions.permission)),
  )
  return async (tenantId: string): Promise<readonly Role[]> => {
    const rows = await rolesOf({ scope: tenantId })
    if (rows.length === 0) return []
    const granted = await grantedIn({ scope: tenantId })
    return rows.map((row) => ({
      ...row,
      permissions: granted.filter((one) => one.roleKey === row.key).map((one) => one.permission),
    }))
  }
}

type RolesOf = ReturnType<typeof rolesReader>

const environmentReader = (
  { prepared, remembered, schema }: Connection,
  rolesOf: RolesOf,
): AccessStore['environment'] => {
  const { environment, permissions } = schema
  const theRow = prepared((queries) =>
    queries
      .select({ rightsVersion: environment.rightsVersion, m2mOffAt: environment.m2mOffAt })
      .from(environment)
      .limit(1),
  )
  const { key, label, description, category } = permissions
  const catalogNow = prepared((queries) =>
    queries
      .select({ key, label, description, category })
      .from(permissions)
      .where(isNull(permissions.withdrawnAt))
      .orderBy(asc(permissions.position), asc(permissions.key)),
  )
  return remembered(async () => {
    const [row] = await theRow({})
    if (!row) throw new PortalError('server.internal', { internal: 'the environment row is missing' })
    return { ...row, catalog: await catalogNow({}), roles: await rolesOf(ENVIRONMENT_SCOPE) }
  })
}

type TenantRow = Connection['schema']['tenants']['$inferSelect']

const tenantReader = ({ prepared, remembered, schema: { tenants, tenantCeiling } }: Connection, rolesOf: RolesOf) => {
  const { id, slug, tenantId } = placeholders('id', 'slug', 'tenantId')
  const rowOf = prepared((queries) => queries.select().from(tenants).where(eq(tenants.id, id)))
  const rowBySlug = prepared((queries) => queries.select().from(tenants).where(eq(tenants.slug, slug)))
  const ceilingOf = prepared((queries) =>
    queries.select().from(tenantCeiling).where(eq(tenantCeiling.tenantId, tenantId)),
  )
  const accessOf = async (row: TenantRow | undefined): Promise<TenantAccess | undefined> => {
    if (!row) return undefined
    const ceiling = row.ceilingSince === null ? undefined : await ceilingOf({ tenantId: row.id })
    return {
      id: row.id,
      slug: row.slug,
      name: row.name,
      rightsVersion: row.rightsVersion,
      policy: parseTokenPolicy(row.policy),
      m2mOffAt: row.m2mOffAt,
      ceiling: ceiling && new Set(ceiling.map(({ permission }) => permission)),
      roles: await rolesOf(row.id),
    }
  }
  return {
    tenant: remembered(async (wanted: string) => accessOf((await rowOf({ id: wanted }))[0])),
    tenantBySlug: remembered(async (wanted: string) => accessOf((await rowBySlug({ slug: wanted }))[0])),
  } satisfies Partial<AccessStore>
}

const memberFinder = ({ prepared, remembered, schema }: Connection): AccessStore['member'] => {
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
  return remembered(async (tenantId: string, userId: string) => {
    const [row] = await memberOf({ tenantId, userId })
    if (!row) return undefined
    const roles = await rolesOfMember({ tenantId, userId })
    return { ...row, roleKeys: roles.map(({ key }) => key) }
  })
}

/** Reads what decisions about rights stand on. A page asks for the same several times over, as each use-case asks for itself. */
export const createAccessStore = (connection: Connection): AccessStore => {
  const rolesOf = rolesReader(connection)
  return {
    environment: environmentReader(connection, rolesOf),
    ...tenantReader(connection, rolesOf),
    member: memberFinder(connection),
  }
}
