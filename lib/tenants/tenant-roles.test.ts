import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Acme, acme } from '#db/contract/acme.ts'
import { auditOf, changesOf, rightsVersionOf } from '#db/contract/read-records.ts'
import { seedToken } from '#db/contract/seed-token.ts'
import { membersUseCases } from '#lib/tenants/members-use-cases.ts'
import { rolesUseCases } from '#lib/tenants/roles-use-cases.ts'

let room: Acme
let roles: ReturnType<typeof rolesUseCases>
let members: ReturnType<typeof membersUseCases>
beforeEach(async () => {
  room = await acme()
  roles = rolesUseCases(room.ports)
  members = membersUseCases(room.ports)
})
afterEach(() => room.remove())

const deployer = {
  key: 'deployer',
  name: 'Deployer',
  level: 15,
  permissions: ['deployments:create', 'deployments:read'],
}
const define = async (by: string, over: Partial<typeof deployer> = {}, slug = 'acme') =>
  roles.defineRole(await room.as(by, slug), { ...deployer, ...over })
const edit = async (by: string, over: Partial<typeof deployer> = {}) =>
  roles.editRole(await room.as(by), { ...deployer, ...over })
const give = async (by: string, userId: string, ...roleKeys: string[]) =>
  members.changeMemberRoles(await room.as(by), { userId, roleKeys })
const tenantRoles = async (id = 'acme') => (await room.ports.accessStore.tenant(id))?.roles

describe('defining a role', () => {
  it('makes it in this tenant alone, with its record, and members may hold it', async () => {
    await define('adam')
    expect(await tenantRoles()).toEqual([{ ...deployer, description: '' }])
    expect(await tenantRoles('globex')).toEqual([])
    expect(await auditOf(room.connection, 'acme')).toEqual(['role.defined deployer'])
    expect(await changesOf(room.connection)).toEqual(['tenant acme'])
    expect(await rightsVersionOf(room.connection, 'acme')).toBe(1)
    await give('adam', 'rita', 'deployer')
    expect([...(await room.as('rita')).permissions]).toEqual(['deployments:create', 'deployments:read'])
  })

  it('lets two tenants use one key for two roles', async () => {
    await define('olga')
    await define('gina', { permissions: [] }, 'globex')
    expect((await tenantRoles())?.[0]?.permissions).toHaveLength(2)
    expect((await tenantRoles('globex'))?.[0]?.permissions).toEqual([])
  })

  it.each([
    ['403: without the permission', 'mia', {}, 'access.denied'],
    ['403: stronger than oneself', 'adam', { level: 9 }, 'access.too_strong'],
    ['403: more than one holds', 'adam', { permissions: ['subscription:write'] }, 'access.exceeds_own'],
    ['409: a key of the environment', 'olga', { key: 'owner' }, 'role.exists'],
    ['422: a permission that is not there', 'olga', { permissions: ['rockets:launch'] }, 'request.invalid'],
    ['422: a key of capitals', 'olga', { key: 'Deployer' }, 'request.invalid'],
    ['422: a level that is none', 'olga', { level: -1 }, 'request.invalid'],
    ['422: no name', 'olga', { name: '  ' }, 'request.invalid'],
  ])('%s', async (_, by, over, code) => {
    await expect(define(by, over)).rejects.toMatchObject({ code })
    expect(await tenantRoles()).toEqual([])
    expect(await changesOf(room.connection)).toEqual([])
  })

  it('409: twice', async () => {
    await define('olga')
    await expect(define('olga')).rejects.toMatchObject({ code: 'role.exists' })
  })
})

describe('editing a role', () => {
  beforeEach(async () => {
    await define('olga', { permissions: ['subscription:write'] })
    await give('olga', 'rita', 'deployer')
  })

  it('is felt at once by all who hold it', async () => {
    await edit('olga', { permissions: ['projects:read'], level: 25 })
    const rita = await room.as('rita')
    expect([...rita.permissions]).toEqual(['projects:read'])
    expect(rita.level).toBe(25)
  })

  it('lets what the role has already stay, though the editor does not hold it, but adds nothing of the kind', async () => {
    await edit('adam', { permissions: ['subscription:write', 'projects:read'] })
    expect([...(await room.as('rita')).permissions]).toEqual(['projects:read', 'subscription:write'])
    await edit('adam', { permissions: ['projects:read'] })
    await expect(edit('adam', { permissions: ['projects:read', 'subscription:write'] })).rejects.toMatchObject({
      code: 'access.exceeds_own',
    })
  })

  it('403: a role stronger than oneself, or made so', async () => {
    await expect(edit('adam', { level: 5, permissions: [] })).rejects.toMatchObject({ code: 'access.too_strong' })
    await edit('olga', { level: 5, permissions: [] })
    await expect(edit('adam', { level: 20, permissions: [] })).rejects.toMatchObject({ code: 'access.too_strong' })
  })

  it('403: a role of the environment; 404: one of another tenant', async () => {
    await expect(edit('olga', { key: 'member' })).rejects.toMatchObject({ code: 'access.denied' })
    await define('gina', { key: 'theirs', permissions: [] }, 'globex')
    await expect(edit('olga', { key: 'theirs' })).rejects.toMatchObject({ code: 'resource.not_found' })
    await expect(edit('olga', { key: 'nowhere' })).rejects.toMatchObject({ code: 'resource.not_found' })
  })
})

describe('deleting a role', () => {
  const remove = async (by: string, key = 'deployer') => roles.deleteRole(await room.as(by), { key })
  beforeEach(() => define('olga'))

  it('409: while somebody holds it', async () => {
    await give('olga', 'rita', 'read_only', 'deployer')
    await expect(remove('olga')).rejects.toMatchObject({ code: 'role.in_use' })
    await give('olga', 'rita', 'read_only')
    await remove('olga')
    expect(await tenantRoles()).toEqual([])
  })

  it('takes it from the tokens of this tenant: another role of that key revives no grant', async () => {
    const { connection } = room
    const { tokenGrants } = connection.schema
    for (const tenantId of ['acme', 'globex']) {
      await seedToken(connection, { tenantId, id: `of-${tenantId}` })
      const grant = { tenantId, tokenId: `of-${tenantId}`, kind: 'role' as const, key: 'deployer' }
      await connection.atomically((tx) => [
        { label: 'grant', rows: tx.insert(tokenGrants).values(grant).returning(), expect: 1 },
      ])
    }
    await remove('olga')
    const left = await connection.queries.select().from(tokenGrants)
    expect(left.map(({ tenantId }) => tenantId)).toEqual(['globex'])
  })

  it('403 and 404', async () => {
    await expect(remove('mia')).rejects.toMatchObject({ code: 'access.denied' })
    await expect(remove('olga', 'owner')).rejects.toMatchObject({ code: 'access.denied' })
    await expect(remove('olga', 'nowhere')).rejects.toMatchObject({ code: 'resource.not_found' })
    await edit('olga', { level: 0, permissions: [] })
    await expect(remove('adam')).rejects.toMatchObject({ code: 'access.too_strong' })
  })
})
