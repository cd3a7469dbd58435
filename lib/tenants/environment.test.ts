import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Acme, acme } from '#db/contract/acme.ts'
import { auditOf, changesOf } from '#db/contract/read-records.ts'
import { membersUseCases } from '#lib/tenants/members-use-cases.ts'
import { rolesUseCases } from '#lib/tenants/roles-use-cases.ts'

let room: Acme
let roles: ReturnType<typeof rolesUseCases>
beforeEach(async () => {
  room = await acme()
  roles = rolesUseCases(room.ports)
})
afterEach(() => room.remove())

const by = (userId: string) => ({
  person: { userId, name: userId },
  trace: { requestId: 'req-1', address: undefined },
})
const auditor = { key: 'auditor', name: 'Auditor', level: 40, permissions: ['events:read'] }
const rockets = { key: 'rockets:launch', label: 'Launch rockets', category: 'Rockets' }
const environment = () => room.ports.accessStore.environment()

describe('operators alone', () => {
  const attempts = {
    'define a role': (who: string) => roles.defineEnvironmentRole(by(who), auditor),
    'edit a role': (who: string) => roles.editEnvironmentRole(by(who), { ...auditor, key: 'member' }),
    'delete a role': (who: string) => roles.deleteEnvironmentRole(by(who), { key: 'member' }),
    'add a permission': (who: string) => roles.addPermission(by(who), rockets),
    'withdraw a permission': (who: string) => roles.withdrawPermission(by(who), { key: 'projects:read' }),
  }

  it.each(Object.entries(attempts))('%s: an owner of a tenant reads 404', async (_, attempt) => {
    for (const who of ['olga', 'nobody'])
      await expect(attempt(who)).rejects.toMatchObject({ code: 'resource.not_found' })
    expect(await changesOf(room.connection)).toEqual([])
    expect((await environment()).rightsVersion).toBe(0)
  })

  it('who are none any more when it is written are refused', async () => {
    const { connection } = room
    const { users } = connection.schema
    const { catalogStore } = room.ports
    const dismissed = rolesUseCases({
      ...room.ports,
      catalogStore: {
        ...catalogStore,
        add: async (...args) => {
          await connection.atomically((tx) => [
            {
              label: 'dismiss',
              rows: tx.update(users).set({ operatorSince: null }).where(eq(users.id, 'opal')).returning(),
              expect: 1,
            },
          ])
          return catalogStore.add(...args)
        },
      },
    })
    await expect(dismissed.addPermission(by('opal'), rockets)).rejects.toMatchObject({ code: 'resource.not_found' })
    expect((await environment()).catalog.some(({ key }) => key === rockets.key)).toBe(false)
  })
})

describe('the environment’s roles', () => {
  it('are every tenant’s, and a change of one is felt in each', async () => {
    await roles.defineEnvironmentRole(by('opal'), auditor)
    expect((await environment()).rightsVersion).toBe(1)
    expect(await auditOf(room.connection, '*')).toEqual(['role.defined auditor'])
    expect(await changesOf(room.connection)).toEqual(['environment environment'])
    await roles.editEnvironmentRole(by('opal'), { key: 'member', name: 'Member', level: 20, permissions: [] })
    for (const slug of ['acme', 'globex']) expect((await room.as('mia', slug)).permissions.size).toBe(0)
  })

  it('409: no key that a tenant has, nor one of its own', async () => {
    await roles.defineRole(await room.as('olga'), auditor)
    await expect(roles.defineEnvironmentRole(by('opal'), auditor)).rejects.toMatchObject({ code: 'role.exists' })
    await expect(roles.defineEnvironmentRole(by('opal'), { ...auditor, key: 'owner' })).rejects.toMatchObject({
      code: 'role.exists',
    })
  })

  it('409: are not deleted while somebody, somewhere, holds them', async () => {
    await expect(roles.deleteEnvironmentRole(by('opal'), { key: 'member' })).rejects.toMatchObject({
      code: 'role.in_use',
    })
    await roles.defineEnvironmentRole(by('opal'), auditor)
    await roles.deleteEnvironmentRole(by('opal'), { key: 'auditor' })
    expect((await environment()).roles.map(({ key }) => key)).toEqual(['owner', 'admin', 'member', 'read_only'])
  })

  it('404 and 422', async () => {
    await expect(roles.editEnvironmentRole(by('opal'), auditor)).rejects.toMatchObject({ code: 'resource.not_found' })
    await expect(
      roles.defineEnvironmentRole(by('opal'), { ...auditor, permissions: ['rockets:launch'] }),
    ).rejects.toMatchObject({ code: 'request.invalid' })
  })
})

describe('the catalog', () => {
  it('gets a permission at its end, which nobody holds yet', async () => {
    await roles.addPermission(by('opal'), rockets)
    expect((await environment()).catalog.at(-1)).toEqual({ ...rockets, description: '' })
    expect((await room.as('olga')).permissions.has(rockets.key)).toBe(false)
    expect(await auditOf(room.connection, '*')).toEqual(['permission.added rockets:launch'])
  })

  it('loses one: everybody does, though their roles still name it', async () => {
    await roles.withdrawPermission(by('opal'), { key: 'projects:read' })
    expect((await room.as('mia')).permissions.has('projects:read')).toBe(false)
    expect((await environment()).roles[0]?.permissions).toContain('projects:read')
    expect(await changesOf(room.connection)).toEqual(['environment environment'])
  })

  it('keeps no owner from naming another while one is withdrawn', async () => {
    await roles.withdrawPermission(by('opal'), { key: 'projects:read' })
    const members = membersUseCases(room.ports)
    await members.changeMemberRoles(await room.as('olga'), { userId: 'adam', roleKeys: ['owner'] })
    expect((await room.as('adam')).level).toBe(0)
  })

  it('takes one back to its place', async () => {
    const before = (await environment()).catalog.map(({ key }) => key)
    await roles.withdrawPermission(by('opal'), { key: 'projects:read' })
    await roles.addPermission(by('opal'), { key: 'projects:read', label: 'Look', category: 'Projects' })
    const { catalog } = await environment()
    expect(catalog.map(({ key }) => key)).toEqual(before)
    expect(catalog[0]?.label).toBe('Look')
    expect((await room.as('mia')).permissions.has('projects:read')).toBe(true)
  })

  it.each([
    ['409: one that is there', { ...rockets, key: 'projects:read' }, 'permission.exists'],
    ['422: one of the portal’s', { ...rockets, key: 'tenant.rockets:launch' }, 'request.invalid'],
    ['422: no key', { ...rockets, key: 'rockets' }, 'request.invalid'],
  ])('%s', async (_, permission, code) => {
    await expect(roles.addPermission(by('opal'), permission)).rejects.toMatchObject({ code })
    expect(await changesOf(room.connection)).toEqual([])
  })

  it('404: withdraws nothing that is not there, and nothing twice', async () => {
    await expect(roles.withdrawPermission(by('opal'), { key: rockets.key })).rejects.toMatchObject({
      code: 'resource.not_found',
    })
    await roles.withdrawPermission(by('opal'), { key: 'projects:read' })
    await expect(roles.withdrawPermission(by('opal'), { key: 'projects:read' })).rejects.toMatchObject({
      code: 'resource.not_found',
    })
  })
})
