import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Acme, acme } from '#db/contract/acme.ts'
import { auditOf, changesOf, rightsVersionOf } from '#db/contract/read-records.ts'
import { seedMember, seedUser } from '#db/contract/seed-people.ts'
import { membersUseCases } from '#lib/tenants/members-use-cases.ts'

let room: Acme
let members: ReturnType<typeof membersUseCases>
beforeEach(async () => {
  room = await acme()
  members = membersUseCases(room.ports)
})
afterEach(() => room.remove())

const change = async (by: string, userId: string, ...roleKeys: string[]) =>
  members.changeMemberRoles(await room.as(by), { userId, roleKeys })
const rolesOf = async (userId: string) => (await room.ports.memberStore.find('acme', userId))?.roleKeys

describe('changing roles', () => {
  it('replaces all the member had, in this tenant alone, and is felt at once', async () => {
    expect((await room.as('mia')).permissions.has('projects:write')).toBe(true)
    await change('adam', 'mia', 'read_only')
    expect(await rolesOf('mia')).toEqual(['read_only'])
    expect((await room.as('mia')).permissions.has('projects:write')).toBe(false)
    expect((await room.as('mia', 'globex')).permissions.has('projects:write')).toBe(true)
    expect(await auditOf(room.connection, 'acme')).toEqual(['member.roles_changed mia'])
    expect(await changesOf(room.connection)).toEqual(['member acme/mia'])
    expect(await rightsVersionOf(room.connection, 'acme')).toBe(1)
    expect(await rightsVersionOf(room.connection, 'globex')).toBe(0)
  })

  it('takes several roles, each once', async () => {
    await change('olga', 'mia', 'member', 'admin', 'member')
    expect(await rolesOf('mia')).toEqual(['admin', 'member'])
  })

  it('writes nothing when nothing changes', async () => {
    await change('olga', 'mia', 'member')
    expect(await auditOf(room.connection, 'acme')).toEqual([])
    expect(await rightsVersionOf(room.connection, 'acme')).toBe(0)
  })

  it('lets somebody weaken themselves', async () => {
    await change('adam', 'adam', 'member')
    expect(await rolesOf('adam')).toEqual(['member'])
    await expect(change('adam', 'adam', 'admin')).rejects.toMatchObject({ code: 'access.denied' })
  })
})

describe('403', () => {
  it.each([
    ['mia', 'rita', 'member', 'access.denied'],
    ['mia', 'mia', 'admin', 'access.denied'],
    ['adam', 'olga', 'member', 'access.too_strong'],
    ['adam', 'mia', 'owner', 'access.too_strong'],
    ['adam', 'adam', 'owner', 'access.too_strong'],
  ])('%s makes %s %s', async (by, userId, role, code) => {
    const before = await rolesOf(userId)
    await expect(change(by, userId, role)).rejects.toMatchObject({ code })
    expect(await rolesOf(userId)).toEqual(before)
    expect(await auditOf(room.connection, 'acme')).toEqual([])
  })
})

describe('404', () => {
  it.each(['gina', 'opal', 'nobody'])('%s, who is no member here, looks like nobody', async (userId) => {
    await expect(change('olga', userId, 'member')).rejects.toMatchObject({
      code: 'resource.not_found',
      detail: undefined,
    })
  })

  it('is not told to those who may not know who is a member: they read 403 for members and strangers alike', async () => {
    for (const userId of ['olga', 'gina', 'nobody'])
      await expect(change('mia', userId, 'member')).rejects.toMatchObject({ code: 'access.denied' })
  })
})

describe('the last owner', () => {
  it('409: keeps their role', async () => {
    await expect(change('olga', 'olga', 'admin')).rejects.toMatchObject({ code: 'member.last_owner' })
    expect(await rolesOf('olga')).toEqual(['owner'])
  })

  it('may take another role beside it', async () => {
    await change('olga', 'olga', 'owner', 'member')
    expect(await rolesOf('olga')).toEqual(['member', 'owner'])
  })

  it('may weaken themselves once there is another', async () => {
    await change('olga', 'adam', 'owner')
    await change('olga', 'olga', 'member')
    expect(await rolesOf('olga')).toEqual(['member'])
    await expect(change('adam', 'adam', 'admin')).rejects.toMatchObject({ code: 'member.last_owner' })
  })

  it('is not replaced by somebody who cannot sign in', async () => {
    await seedUser(room.connection, { id: 'dora', disabled: true })
    await seedMember(room.connection, { tenantId: 'acme', userId: 'dora', roleKeys: ['owner'] })
    await expect(change('olga', 'olga', 'admin')).rejects.toMatchObject({ code: 'member.last_owner' })
  })
})
