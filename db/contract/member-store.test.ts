import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Acme, acme, NOW } from '#db/contract/acme.ts'
import { auditOf, changesOf, rightsVersionOf } from '#db/contract/read-records.ts'
import { seedToken } from '#db/contract/seed-token.ts'
import { StaleDecision } from '#lib/access/rights.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { MemberChange, MemberStore } from '#lib/tenants/member-store.ts'

let room: Acme
let store: MemberStore
beforeEach(async () => {
  room = await acme()
  store = room.ports.memberStore
})
afterEach(() => room.remove())

let events = 0
const event = (type: AuditEvent['type'] = 'member.roles_changed'): AuditEvent => {
  events += 1
  return {
    tenantId: 'acme',
    id: `event-${events}`,
    at: NOW,
    type,
    actor: { kind: 'user', id: 'olga', name: 'olga' },
    target: { kind: 'user', id: 'mia', name: 'mia' },
    requestId: 'req-1',
    address: undefined,
    details: {},
  }
}
const change = (versions: Partial<MemberChange['versions']> = {}): MemberChange => ({
  versions: { tenantId: 'acme', tenant: 0, environment: 0, ...versions },
  event: event(),
})
const toReader = { userId: 'mia', roleKeys: ['read_only'], guardedRoleKeys: ['owner'] }
const mia = () => store.find('acme', 'mia')

const expectUntouched = async () => {
  expect(await mia()).toMatchObject({ roleKeys: ['member'] })
  expect(await auditOf(room.connection, 'acme')).toEqual([])
  expect(await auditOf(room.connection, '*')).toEqual([])
  expect(await changesOf(room.connection)).toEqual([])
  expect(await rightsVersionOf(room.connection, 'acme')).toBe(0)
}

describe('every change', () => {
  const changes = {
    add: (how: MemberChange) => store.add({ userId: 'opal', roleKeys: ['member'], newUser: undefined }, how),
    changeRoles: (how: MemberChange) => store.changeRoles(toReader, how),
    remove: (how: MemberChange) => store.remove({ userId: 'mia', guardedRoleKeys: ['owner'], tokens: [] }, how),
  }

  it.each(['add', 'changeRoles', 'remove'] as const)('%s is stale when the rights it stood on moved', async (name) => {
    for (const versions of [{ tenant: 1 }, { environment: 1 }, { tenantId: 'nowhere' }]) {
      await expect(changes[name](change(versions))).rejects.toBeInstanceOf(StaleDecision)
      await expectUntouched()
    }
  })

  it.each(['add', 'changeRoles', 'remove'] as const)('%s moves the rights on, and is told', async (name) => {
    await changes[name](change())
    expect(await rightsVersionOf(room.connection, 'acme')).toBe(1)
    expect(await changesOf(room.connection)).toEqual([`member acme/${name === 'add' ? 'opal' : 'mia'}`])
    expect(await auditOf(room.connection, 'acme')).toHaveLength(1)
  })

  it.each(['changeRoles', 'remove'] as const)('%s is undone when nobody strong would be left', async (name) => {
    const { connection } = room
    const { users } = connection.schema
    // Between the decision and the write the only owner was disabled, which moves no version.
    await connection.atomically((tx) => [
      {
        label: 'disable',
        rows: tx.update(users).set({ disabledAt: NOW }).where(eq(users.id, 'olga')).returning(),
        expect: 1,
      },
    ])
    await expect(changes[name](change())).rejects.toMatchObject({ code: 'member.last_owner' })
    await expectUntouched()
  })
})

describe('add', () => {
  const newUser = { email: 'new@example.com', name: 'new', event: { ...event('user.created'), tenantId: '*' } }

  it('is stale when the person appeared meanwhile; nothing of it stays', async () => {
    const added = { userId: 'new', roleKeys: ['member'], newUser: { ...newUser, email: 'gina@example.com' } }
    await expect(store.add(added, change())).rejects.toBeInstanceOf(StaleDecision)
    await expectUntouched()
    expect(await store.find('acme', 'new')).toBeUndefined()
  })

  it('is stale when the membership appeared meanwhile; the new person does not stay without it', async () => {
    await expect(
      store.add({ userId: 'mia', roleKeys: ['admin'], newUser: undefined }, change()),
    ).rejects.toBeInstanceOf(StaleDecision)
    await expectUntouched()
  })

  it('makes the person with the membership', async () => {
    await store.add({ userId: 'new', roleKeys: ['admin', 'member'], newUser }, change())
    expect(await store.userByEmail('new@example.com')).toEqual({ userId: 'new', name: 'new' })
    expect(await store.find('acme', 'new')).toMatchObject({ roleKeys: ['admin', 'member'], joinedAt: NOW })
  })
})

describe('remove', () => {
  it('is stale when a token was issued or revoked meanwhile, and revokes none', async () => {
    await seedToken(room.connection, { tenantId: 'acme', id: 'mine', ownerUserId: 'mia' })
    const ended = { userId: 'mia', guardedRoleKeys: ['owner'] }
    await expect(store.remove({ ...ended, tokens: [] }, change())).rejects.toBeInstanceOf(StaleDecision)
    const two = ['mine', 'other'].map((id) => ({ id, event: event('token.revoked') }))
    await expect(store.remove({ ...ended, tokens: two }, change())).rejects.toBeInstanceOf(StaleDecision)
    await expectUntouched()
    expect(await store.unrevokedTokens('acme', 'mia')).toEqual([{ id: 'mine', name: 'mine', expiresAt: null }])
  })

  it('is stale for somebody who has gone', async () => {
    const ended = { userId: 'gina', guardedRoleKeys: ['owner'], tokens: [] }
    await expect(store.remove(ended, change())).rejects.toBeInstanceOf(StaleDecision)
  })
})

describe('reads stay in their tenant', () => {
  it('list, find, anotherHolds, unrevokedTokens', async () => {
    await seedToken(room.connection, { tenantId: 'globex', id: 'elsewhere', ownerUserId: 'mia' })
    expect((await store.list({ tenantId: 'globex', limit: 10 })).map(({ userId }) => userId)).toEqual(['gina', 'mia'])
    expect(await store.find('globex', 'olga')).toBeUndefined()
    expect(await store.anotherHolds('acme', 'olga', ['owner'])).toBe(false)
    expect(await store.anotherHolds('acme', 'olga', ['owner', 'admin'])).toBe(true)
    expect(await store.unrevokedTokens('acme', 'mia')).toEqual([])
    expect(await store.userByEmail('nobody@example.com')).toBeUndefined()
  })
})
