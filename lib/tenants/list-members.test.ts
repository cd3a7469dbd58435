import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Acme, acme, NOW } from '#db/contract/acme.ts'
import { seedMember, seedUser } from '#db/contract/seed-people.ts'
import { seedToken } from '#db/contract/seed-token.ts'
import { membersUseCases } from '#lib/tenants/members-use-cases.ts'

let room: Acme
let members: ReturnType<typeof membersUseCases>
beforeEach(async () => {
  room = await acme()
  members = membersUseCases(room.ports)
})
afterEach(() => room.remove())

const list = async (by: string, query?: Parameters<typeof members.listMembers>[1]) =>
  members.listMembers(await room.as(by), query)

describe('listMembers', () => {
  it('shows this tenant alone, by address, and says who you are', async () => {
    const page = await list('mia')
    expect(page.members.map(({ member, roles, isYou }) => [member.email, roles[0]?.name, isYou])).toEqual([
      ['adam@example.com', 'Admin', false],
      ['mia@example.com', 'Member', true],
      ['olga@example.com', 'Owner', false],
      ['rita@example.com', 'Read-only', false],
    ])
    expect(page.next).toBeUndefined()
  })

  it('offers what the one who looks may give and change', async () => {
    const offered = async (by: string) => {
      const { grantableRoles, members: found } = await list(by)
      return {
        give: grantableRoles.map(({ key }) => key),
        change: found.filter(({ mayChange }) => mayChange).map(({ member }) => member.userId),
      }
    }
    expect(await offered('olga')).toEqual({
      give: ['owner', 'admin', 'member', 'read_only'],
      change: ['adam', 'mia', 'olga', 'rita'],
    })
    expect(await offered('adam')).toEqual({
      give: ['admin', 'member', 'read_only'],
      change: ['adam', 'mia', 'rita'],
    })
    expect(await offered('mia')).toEqual({ give: [], change: [] })
  })

  it('comes in pages that leave nobody out and show nobody twice', async () => {
    const first = await list('olga', { limit: 3 })
    expect(first.next).toBe('olga@example.com')
    const second = await list('olga', { limit: 3, ...(first.next !== undefined && { after: first.next }) })
    expect([...first.members, ...second.members].map(({ member }) => member.userId)).toEqual([
      'adam',
      'mia',
      'olga',
      'rita',
    ])
    expect(second.next).toBeUndefined()
  })

  it('shows the strongest role first, and people who cannot sign in', async () => {
    await seedUser(room.connection, { id: 'dora', disabled: true })
    await seedMember(room.connection, { tenantId: 'acme', userId: 'dora', roleKeys: ['read_only', 'admin'] })
    const dora = (await list('olga')).members.find(({ member }) => member.userId === 'dora')
    expect(dora?.roles.map(({ key }) => key)).toEqual(['admin', 'read_only'])
    expect(dora?.member.disabledAt).not.toBeNull()
  })

  it('403: without a permission to see members', async () => {
    await seedUser(room.connection, { id: 'guest' })
    await seedMember(room.connection, { tenantId: 'acme', userId: 'guest', roleKeys: [] })
    await expect(list('guest')).rejects.toMatchObject({ code: 'access.denied' })
    await expect(members.showMember(await room.as('guest'), 'olga')).rejects.toMatchObject({ code: 'access.denied' })
    expect(await members.showMember(await room.as('guest'), 'guest')).toMatchObject({ isYou: true, roles: [] })
  })
})

describe('showMember', () => {
  it('counts the personal tokens that stop working with the membership: not those that have expired or are revoked', async () => {
    await seedToken(room.connection, { tenantId: 'acme', id: 't1', ownerUserId: 'mia' })
    await seedToken(room.connection, { tenantId: 'acme', id: 't3', ownerUserId: 'mia', expiresAt: NOW + 1 })
    await seedToken(room.connection, { tenantId: 'acme', id: 't4', ownerUserId: 'mia', expiresAt: NOW })
    await seedToken(room.connection, { tenantId: 'acme', id: 't5', ownerUserId: 'mia', revokedAt: NOW - 1 })
    await seedToken(room.connection, { tenantId: 'globex', id: 't2', ownerUserId: 'mia' })
    expect(await members.showMember(await room.as('adam'), 'mia')).toMatchObject({
      mayChange: true,
      isYou: false,
      liveTokens: 2,
    })
  })

  it.each(['gina', 'nobody', '', 'a\0b', 'x'.repeat(101)])('404: %j', async (userId) => {
    await expect(members.showMember(await room.as('olga'), userId)).rejects.toMatchObject({
      code: 'resource.not_found',
    })
  })
})
