import type { Connection } from '#db/connection.ts'
import { formatTokenPolicy } from '#db/token-policy-column.ts'
import { STARTING_POLICY, type TokenPolicy } from '#lib/access/token-policy.ts'

const SEEDED_AT = 1_800_000_000

type SeededTenant = {
  readonly id: string
  readonly slug?: string
  readonly name?: string
  readonly policy?: TokenPolicy
}

type SeededUser = {
  readonly id: string
  readonly email?: string
  readonly name?: string
  readonly operator?: boolean
  readonly disabled?: boolean
}

/** Puts a tenant into a test's database; slug and name are its id unless given. */
export const seedTenant = async (
  { atomically, schema: { tenants } }: Connection,
  { id, slug = id, name = id, policy = STARTING_POLICY }: SeededTenant,
): Promise<void> => {
  await atomically((tx) => [
    {
      label: 'tenant',
      rows: tx
        .insert(tenants)
        .values({ id, slug, name, policy: formatTokenPolicy(policy), createdAt: SEEDED_AT })
        .returning(),
      expect: 1,
    },
  ])
}

/** Puts a person into a test's database; name and e-mail follow from the id unless given. */
export const seedUser = async (
  { atomically, schema: { users } }: Connection,
  { id, email = `${id}@example.com`, name = id, operator = false, disabled = false }: SeededUser,
): Promise<void> => {
  const at = { operatorSince: operator ? SEEDED_AT : null, disabledAt: disabled ? SEEDED_AT : null }
  await atomically((tx) => [
    {
      label: 'user',
      rows: tx
        .insert(users)
        .values({ id, email, name, createdAt: SEEDED_AT, ...at })
        .returning(),
      expect: 1,
    },
  ])
}

/** Makes a seeded person a member of a seeded tenant, with these roles. */
export const seedMember = async (
  { atomically, schema: { memberships, memberRoles } }: Connection,
  { tenantId, userId, roleKeys }: { tenantId: string; userId: string; roleKeys: readonly string[] },
): Promise<void> => {
  await atomically((tx) => [
    {
      label: 'membership',
      rows: tx.insert(memberships).values({ tenantId, userId, createdAt: SEEDED_AT }).returning(),
      expect: 1,
    },
    ...roleKeys.map((roleKey) => ({
      label: 'role',
      rows: tx.insert(memberRoles).values({ tenantId, userId, roleKey }).returning(),
      expect: 1,
    })),
  ])
}
