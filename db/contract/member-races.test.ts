import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAccessStore } from '#db/access-store.ts'
import type { Connection } from '#db/connection.ts'
import { type Acme, acme } from '#db/contract/acme.ts'
import { auditOf } from '#db/contract/read-records.ts'
import { seedMember, seedUser } from '#db/contract/seed-people.ts'
import { seedToken } from '#db/contract/seed-token.ts'
import { createMemberStore } from '#db/member-store.ts'
import type { MemberStore } from '#lib/tenants/member-store.ts'
import { membersUseCases } from '#lib/tenants/members-use-cases.ts'
import { rolesUseCases } from '#lib/tenants/roles-use-cases.ts'

let room: Acme
let second: Connection
let here: ReturnType<typeof membersUseCases>
let there: ReturnType<typeof membersUseCases>

// `here` and `there` are two processes: a connection each, to one file.
const over = (connection: Connection, memberStore: MemberStore = createMemberStore(connection)) =>
  membersUseCases({ ...room.ports, accessStore: createAccessStore(connection), memberStore })

// The other process is exactly between our decision and our write, once.
const interrupted = (connection: Connection, meanwhile: () => Promise<unknown>) => {
  const store = createMemberStore(connection)
  let first = true
  const once = async () => {
    const isFirst = first
    first = false
    if (isFirst) await meanwhile()
  }
  return over(connection, {
    ...store,
    add: async (...args) => {
      await once()
      return store.add(...args)
    },
    changeRoles: async (...args) => {
      await once()
      return store.changeRoles(...args)
    },
    remove: async (...args) => {
      await once()
      return store.remove(...args)
    },
  })
}

beforeEach(async () => {
  room = await acme()
  second = await room.open()
  await seedUser(room.connection, { id: 'otto' })
  await seedMember(room.connection, { tenantId: 'acme', userId: 'otto', roleKeys: ['owner'] })
  here = over(room.connection)
  there = over(second)
})
afterEach(async () => {
  await second.close()
  await room.remove()
})

const owners = async () => {
  const members = await room.ports.memberStore.list({ tenantId: 'acme', limit: 50 })
  return members.filter(({ roleKeys }) => roleKeys.includes('owner')).map(({ userId }) => userId)
}
const demotion = (userId: string) => ({ userId, roleKeys: ['member'] })

describe('two owners at the same moment', () => {
  it('demote each other: the later one is no owner any more', async () => {
    const [olga, otto] = [await room.as('olga'), await room.as('otto')]
    const late = interrupted(room.connection, () => there.changeMemberRoles(otto, demotion('olga')))
    await expect(late.changeMemberRoles(olga, demotion('otto'))).rejects.toMatchObject({ code: 'access.denied' })
    expect(await owners()).toEqual(['otto'])
  })

  it('step down both: one of them stays', async () => {
    const [olga, otto] = [await room.as('olga'), await room.as('otto')]
    const late = interrupted(room.connection, () => there.changeMemberRoles(otto, demotion('otto')))
    await expect(late.changeMemberRoles(olga, demotion('olga'))).rejects.toMatchObject({ code: 'member.last_owner' })
    expect(await owners()).toEqual(['olga'])
  })

  it('leave both: one of them stays', async () => {
    const [olga, otto] = [await room.as('olga'), await room.as('otto')]
    const late = interrupted(room.connection, () => there.removeMember(otto, { userId: 'otto' }))
    await expect(late.removeMember(olga, { userId: 'olga' })).rejects.toMatchObject({ code: 'member.last_owner' })
    expect(await owners()).toEqual(['olga'])
  })

  it('however their requests fall: of many demotions at once there is always an owner left', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [olga, otto] = [await room.as('olga'), await room.as('otto')]
      const answers = await Promise.allSettled([
        here.changeMemberRoles(olga, demotion('otto')),
        there.changeMemberRoles(otto, demotion('olga')),
        here.changeMemberRoles(olga, demotion('olga')),
        there.changeMemberRoles(otto, demotion('otto')),
      ])
      expect(answers.some(({ status }) => status === 'fulfilled')).toBe(true)
      const [left, ...more] = await owners()
      expect([left, more]).toEqual([expect.stringMatching(/^(olga|otto)$/), []])
      const other = left === 'olga' ? 'otto' : 'olga'
      await here.changeMemberRoles(await room.as(left ?? ''), { userId: other, roleKeys: ['owner'] })
    }
  })
})

describe('one member, two hands', () => {
  it('is removed while their role is changed: 404, and they stay removed', async () => {
    const [olga, otto] = [await room.as('olga'), await room.as('otto')]
    const late = interrupted(room.connection, () => there.removeMember(otto, { userId: 'mia' }))
    await expect(late.changeMemberRoles(olga, { userId: 'mia', roleKeys: ['admin'] })).rejects.toMatchObject({
      code: 'resource.not_found',
    })
    expect(await room.ports.memberStore.find('acme', 'mia')).toBeUndefined()
  })

  it('is made an owner while an admin removes them: the admin is refused', async () => {
    const [adam, otto] = [await room.as('adam'), await room.as('otto')]
    const late = interrupted(room.connection, () =>
      there.changeMemberRoles(otto, { userId: 'mia', roleKeys: ['owner'] }),
    )
    await expect(late.removeMember(adam, { userId: 'mia' })).rejects.toMatchObject({ code: 'access.too_strong' })
    expect(await owners()).toEqual(['mia', 'olga', 'otto'])
  })

  it('issues a token while they are removed: it is revoked with the rest, and told of', async () => {
    const late = interrupted(room.connection, () =>
      seedToken(second, { tenantId: 'acme', id: 'late', ownerUserId: 'mia' }),
    )
    expect(await late.removeMember(await room.as('olga'), { userId: 'mia' })).toEqual({ tokensRevoked: 1 })
    expect(await auditOf(room.connection, 'acme')).toEqual(['member.removed mia', 'token.revoked late'])
  })

  it('is added twice: the second time they are a member already, and told once', async () => {
    const [olga, otto] = [await room.as('olga'), await room.as('otto')]
    const asked = { email: 'new@example.com', roleKeys: ['member'] }
    const late = interrupted(room.connection, () => there.addMember(otto, asked))
    await expect(late.addMember(olga, asked)).rejects.toMatchObject({ code: 'member.exists' })
    expect(room.ports.outbox).toHaveLength(1)
  })

  it('is new to two accounts at once: one person, two memberships', async () => {
    const [olga, gina] = [await room.as('olga'), await room.as('gina', 'globex')]
    const asked = { email: 'new@example.com', roleKeys: ['member'] }
    const late = interrupted(room.connection, () => there.addMember(gina, asked))
    const { userId, invitation } = await late.addMember(olga, asked)
    expect(invitation).toBe('not_needed')
    expect(await room.ports.memberStore.find('globex', userId)).toBeDefined()
    expect(await room.ports.memberStore.find('acme', userId)).toBeDefined()
  })
})

describe('a role', () => {
  it('is deleted while somebody gives it: nobody holds what is not there', async () => {
    const roles = rolesUseCases(room.ports)
    const deployer = { key: 'deployer', name: 'Deployer', level: 15, permissions: [] }
    const [olga, otto] = [await room.as('olga'), await room.as('otto')]
    await roles.defineRole(olga, deployer)
    const late = interrupted(second, () => roles.deleteRole(otto, { key: 'deployer' }))
    const given = late.changeMemberRoles(olga, { userId: 'mia', roleKeys: ['deployer'] })
    await expect(given).rejects.toMatchObject({ code: 'request.invalid' })
    expect((await room.ports.memberStore.find('acme', 'mia'))?.roleKeys).toEqual(['member'])
  })
})

describe('a demotion', () => {
  it('reaches the demoted person’s own request that was already decided', async () => {
    const [adam, otto] = [await room.as('adam'), await room.as('otto')]
    const late = interrupted(room.connection, () => there.changeMemberRoles(otto, demotion('adam')))
    await expect(late.addMember(adam, { email: 'new@example.com', roleKeys: ['admin'] })).rejects.toMatchObject({
      code: 'access.denied',
    })
    expect(await room.ports.memberStore.userByEmail('new@example.com')).toBeUndefined()
  })
})
