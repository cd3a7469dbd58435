import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccessStore } from '#db/access-store.ts'
import { seedMember, seedTenant, seedUser } from '#db/contract/seed-people.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { findPrincipal } from '#lib/access/find-principal.ts'

const trace = { requestId: 'req-1', address: '192.0.2.1' }
const person = (userId: string) => ({
  userId,
  name: userId,
  email: `${userId}@example.com`,
  sessionId: 'session-1',
  signedInAt: 1_800_000_000,
})

let database: TemporaryDatabase
let find: ReturnType<typeof findPrincipal>
beforeAll(async () => {
  database = await temporaryDatabase()
  const { connection } = database
  await seedTenant(connection, { id: 't1', slug: 'acme', name: 'Acme' })
  await seedTenant(connection, { id: 't2', slug: 'globex', name: 'Globex' })
  await seedUser(connection, { id: 'ada' })
  await seedUser(connection, { id: 'eve' })
  await seedUser(connection, { id: 'dora', disabled: true })
  await seedMember(connection, { tenantId: 't1', userId: 'ada', roleKeys: ['member'] })
  await seedMember(connection, { tenantId: 't2', userId: 'eve', roleKeys: ['owner'] })
  await seedMember(connection, { tenantId: 't1', userId: 'dora', roleKeys: ['owner'] })
  find = findPrincipal({ accessStore: createAccessStore(connection) })
})
afterAll(() => database.remove())

describe('findPrincipal', () => {
  it.each([{ slug: 'acme' }, { id: 't1' }])('finds a member in the tenant that %j names', async (tenant) => {
    const principal = await find({ person: person('ada'), tenant, trace })
    expect(principal).toMatchObject({
      userId: 'ada',
      tenant: { id: 't1', slug: 'acme', name: 'Acme' },
      roleKeys: ['member'],
      level: 20,
      versions: { tenantId: 't1', tenant: 0, environment: 0 },
      sessionId: 'session-1',
      request: trace,
    })
    expect(principal.permissions.has('projects:read')).toBe(true)
    expect(principal.permissions.has('projects:delete')).toBe(false)
    expect(principal.permissions.has('tenant.members:manage')).toBe(false)
  })

  it.each([
    ['a tenant of others', 'ada', { slug: 'globex' }],
    ['a tenant of others by its id', 'ada', { id: 't2' }],
    ['a tenant that does not exist', 'ada', { slug: 'nowhere' }],
    ['an id that does not exist', 'ada', { id: 't9' }],
    ['no name at all', 'ada', { slug: '' }],
    ['a slug given as an id', 'ada', { id: 'acme' }],
    ['a disabled person', 'dora', { slug: 'acme' }],
    ['a person who does not exist', 'nobody', { slug: 'acme' }],
  ])('answers the same for %s', async (_, userId, tenant) => {
    await expect(find({ person: person(userId), tenant, trace })).rejects.toMatchObject({
      code: 'resource.not_found',
      detail: undefined,
    })
  })
})
