import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditOf, changesOf } from '#db/contract/read-records.ts'
import { seedMember, seedTenant } from '#db/contract/seed-people.ts'
import { from, type SignInRoom, signInRoom } from '#db/contract/sign-in-room.ts'

let room: SignInRoom
beforeEach(async () => {
  room = await signInRoom()
})
afterEach(() => room.remove())

describe('renameUser', () => {
  const rename = async (name: string) =>
    room.users.renameUser({ person: await room.personOf(room.sid), name, trace: from() })

  it('gives the new name at once, and tells whoever keeps answers that hold it', async () => {
    expect(await rename('  Ada, Countess of Lovelace ')).toEqual({ name: 'Ada, Countess of Lovelace' })
    const { userId, name } = await room.personOf(room.sid)
    expect(name).toBe('Ada, Countess of Lovelace')
    expect(await auditOf(room.connection, '*')).toContain(`user.renamed ${userId}`)
    expect(await changesOf(room.connection)).toContain(`user ${userId}`)
  })

  it('writes nothing when nothing changes', async () => {
    await rename('Ada')
    expect((await auditOf(room.connection, '*')).join()).not.toContain('user.renamed')
  })

  it.each(['', '   ', 'two\nlines', 'n'.repeat(101)])('refuses %j beside the field', async (name) => {
    await expect(rename(name)).rejects.toMatchObject({ fields: { name: [expect.any(String)] } })
  })

  it('refuses people who are disabled meanwhile', async () => {
    const person = { ...(await room.personOf(room.sid)), userId: 'dora' }
    await expect(room.users.renameUser({ person, name: 'New', trace: from() })).rejects.toMatchObject({
      code: 'session.required',
    })
  })
})

describe('accountsOf', () => {
  it('lists those the person belongs to, by name, and no other', async () => {
    const { userId } = await room.personOf(room.sid)
    await seedTenant(room.connection, { id: 'zeta', name: 'Zeta' })
    await seedTenant(room.connection, { id: 'beta', name: 'Beta' })
    await seedTenant(room.connection, { id: 'other', name: 'Other' })
    await seedMember(room.connection, { tenantId: 'zeta', userId, roleKeys: ['member'] })
    await seedMember(room.connection, { tenantId: 'beta', userId, roleKeys: ['member'] })
    expect(await room.users.accountsOf({ userId })).toEqual([
      { slug: 'beta', name: 'Beta' },
      { slug: 'engines', name: 'Engines' },
      { slug: 'zeta', name: 'Zeta' },
    ])
    expect(await room.users.accountsOf({ userId: 'nobody' })).toEqual([])
  })
})

describe('hasPassword', () => {
  it('tells who has one', async () => {
    const ada = await room.personOf(room.sid)
    expect(await room.users.hasPassword(ada)).toBe(true)
    expect(await room.users.hasPassword({ ...ada, userId: 'ben' })).toBe(false)
  })
})
