import type { Acting } from '#lib/access/acting.ts'
import { memberRights } from '#lib/access/member-rights.ts'
import type { Role } from '#lib/access/role.ts'
import { STARTING_PERMISSIONS, STARTING_ROLES } from '#lib/access/starting-catalog.ts'
import { STARTING_POLICY } from '#lib/access/token-policy.ts'

type Around = {
  /** Roles of the tenant alone. */
  readonly tenantRoles?: readonly Role[]
  readonly ceiling?: ReadonlySet<string>
  /** Keys that the catalog no longer has. */
  readonly withdrawn?: readonly string[]
}

/** A role of the tenant: strength and permissions are what the tests are about. */
export const roleWith = (key: string, level: number, permissions: readonly string[]): Role => ({
  key,
  name: `The ${key}`,
  description: '',
  level,
  permissions,
})

/** Somebody (`me`, of acme) who acts with these roles of the starting catalog or of the tenant. */
export const actingWith = (
  roleKeys: readonly string[],
  { tenantRoles = [], ceiling, withdrawn = [] }: Around = {},
): Acting => {
  const environment = {
    rightsVersion: 3,
    catalog: STARTING_PERMISSIONS.filter(({ key }) => !withdrawn.includes(key)),
    roles: STARTING_ROLES,
    m2mOffAt: null,
  }
  const tenant = {
    id: 'acme',
    slug: 'acme',
    name: 'Acme',
    rightsVersion: 7,
    policy: STARTING_POLICY,
    ceiling,
    roles: tenantRoles,
    m2mOffAt: null,
  }
  const member = { userId: 'me', name: 'Me', email: 'me@example.com', roleKeys }
  return {
    environment,
    tenant,
    rights: memberRights(environment, tenant, member),
    versions: { tenantId: 'acme', tenant: 7, environment: 3 },
  }
}
