import { describe, expect, it } from 'vitest'
import type { AccessStore, EnvironmentAccess, MemberAccess, TenantAccess } from '#lib/access/access-store.ts'
import { catalogKeys, memberRights, readAccess, rolesFor } from '#lib/access/member-rights.ts'
import { NO_LEVEL } from '#lib/access/role.ts'
import { STARTING_POLICY } from '#lib/access/token-policy.ts'

const role = (key: string, level: number, permissions: readonly string[]) => ({
  key,
  name: key,
  description: '',
  level,
  permissions,
})
const environment: EnvironmentAccess = {
  rightsVersion: 3,
  catalog: ['a:read', 'a:write'].map((key) => ({ key, label: key, description: '', category: 'A' })),
  roles: [role('owner', 0, ['a:read', 'a:write', 'tenant.members:manage']), role('member', 20, ['a:read'])],
  m2mOffAt: null,
}
const tenant: TenantAccess = {
  id: 't1',
  slug: 'acme',
  name: 'Acme',
  rightsVersion: 7,
  policy: STARTING_POLICY,
  ceiling: undefined,
  roles: [role('deployer', 15, ['a:write', 'gone:read'])],
  m2mOffAt: null,
}
const member = (...roleKeys: readonly string[]): MemberAccess => ({
  userId: 'ada',
  name: 'Ada',
  email: 'ada@example.com',
  roleKeys,
})

describe('memberRights', () => {
  it('follow from roles of environment and tenant together; the strongest decides the level', () => {
    const rights = memberRights(environment, tenant, member('member', 'deployer'))
    expect(rights.level).toBe(15)
    expect([...rights.permissions]).toEqual(['a:read', 'a:write'])
    expect(rights.roles.map(({ key }) => key)).toEqual(['member', 'deployer'])
  })

  it('lose what was withdrawn from the catalog', () => {
    const { permissions } = memberRights({ ...environment, catalog: [] }, tenant, member('owner'))
    expect([...permissions]).toEqual(['tenant.members:manage'])
  })

  it('end at the ceiling, portal permissions aside', () => {
    const { permissions } = memberRights(environment, { ...tenant, ceiling: new Set(['a:read']) }, member('owner'))
    expect([...permissions]).toEqual(['a:read', 'tenant.members:manage'])
  })

  it('are none, at the weakest level, without a role that exists', () => {
    for (const roleKeys of [[], ['deleted']]) {
      const rights = memberRights(environment, tenant, member(...roleKeys))
      expect(rights).toMatchObject({ level: NO_LEVEL, roles: [] })
      expect(rights.permissions.size).toBe(0)
    }
  })
})

describe('rolesFor and catalogKeys', () => {
  it('list both kinds of roles, and portal permissions among the keys', () => {
    expect(rolesFor(environment, tenant).map(({ key }) => key)).toEqual(['owner', 'member', 'deployer'])
    expect(catalogKeys(environment).has('a:read')).toBe(true)
    expect(catalogKeys(environment).has('tenant.tokens:manage')).toBe(true)
    expect(catalogKeys(environment).has('gone:read')).toBe(false)
  })
})

describe('readAccess', () => {
  const asked: string[] = []
  const store: AccessStore = {
    environment: async () => {
      asked.push('environment')
      return environment
    },
    tenant: async (id) => {
      asked.push('tenant')
      return id === tenant.id ? tenant : undefined
    },
    tenantBySlug: async () => undefined,
    member: async (_, userId) => {
      asked.push('member')
      return userId === 'ada' ? member('member') : undefined
    },
  }

  it('reads the versions before the rights that stand under them', async () => {
    asked.length = 0
    expect((await readAccess(store, 't1', 'ada'))?.rights?.level).toBe(20)
    expect(asked).toEqual(['environment', 'tenant', 'member'])
  })

  it('knows no rights of strangers, and nothing of an unknown tenant', async () => {
    expect(await readAccess(store, 't1', 'eve')).toMatchObject({ tenant: { id: 't1' }, rights: undefined })
    expect(await readAccess(store, 't2', 'ada')).toBeUndefined()
  })
})
