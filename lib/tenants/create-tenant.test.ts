import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Acme, acme, NOW } from '#db/contract/acme.ts'
import { auditOf, changesOf } from '#db/contract/read-records.ts'
import { seedUser } from '#db/contract/seed-people.ts'
import { createTenantStore } from '#db/tenant-store.ts'
import { findPrincipal } from '#lib/access/find-principal.ts'
import { createTenant } from '#lib/tenants/create-tenant.ts'

let room: Acme
beforeEach(async () => {
  room = await acme()
})
afterEach(() => room.remove())

const trace = { requestId: 'req-1', address: '192.0.2.1' }
const personOf = (userId: string) => ({
  userId,
  name: userId,
  email: `${userId}@example.com`,
  sessionId: 's',
  signedInAt: NOW,
})
const create = (by: string, name: string) =>
  createTenant({ ...room.ports, tenantStore: createTenantStore(room.connection) })({
    person: personOf(by),
    name,
    trace,
  })
const tenantCount = async () => (await room.connection.queries.select().from(room.connection.schema.tenants)).length

describe('making a tenant', () => {
  it('makes its first owner of the operator, with the record of both', async () => {
    const { id, slug, name } = await create('opal', '  Birch & Vale ')
    expect({ slug, name }).toEqual({ slug: 'birch-vale', name: 'Birch & Vale' })
    const principal = await findPrincipal(room.ports)({ person: personOf('opal'), tenant: { slug }, trace })
    expect(principal).toMatchObject({ tenant: { id, slug, name }, roleKeys: ['owner'], level: 0 })
    expect(await auditOf(room.connection, id)).toEqual(['member.added opal', `tenant.created ${id}`])
    expect(await changesOf(room.connection)).toEqual([`tenant ${id}`])
  })

  it('numbers namesakes in the URL and leaves them their name', async () => {
    expect(await create('opal', 'Acme')).toMatchObject({ slug: 'acme-2', name: 'Acme' })
    expect(await create('opal', 'ACME!')).toMatchObject({ slug: 'acme-3', name: 'ACME!' })
  })

  it('refuses a name that is none, beside the field', async () => {
    const refused = { code: 'request.invalid', fields: { name: ['Enter the name of the account.'] } }
    await expect(create('opal', '   ')).rejects.toMatchObject(refused)
  })

  it('is for operators who are not disabled, and makes nothing for others', async () => {
    await seedUser(room.connection, { id: 'otto', operator: true, disabled: true })
    for (const other of ['olga', 'otto', 'nobody']) {
      await expect(create(other, 'Birch')).rejects.toMatchObject({ code: 'resource.not_found' })
    }
    expect(await tenantCount()).toBe(2)
    expect(await changesOf(room.connection)).toEqual([])
  })

  it('gives up after twenty namesakes', async () => {
    for (let made = 2; made <= 20; made += 1) await create('opal', 'Acme')
    await expect(create('opal', 'Acme')).rejects.toMatchObject({
      fields: { name: ['Too many accounts have this name.'] },
    })
    expect(await tenantCount()).toBe(21)
  })
})
