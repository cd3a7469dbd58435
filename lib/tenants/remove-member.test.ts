import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Acme, acme, NOW } from '#db/contract/acme.ts'
import { auditOf, changesOf } from '#db/contract/read-records.ts'
import { seedToken, seedTokens } from '#db/contract/seed-token.ts'
import { membersUseCases } from '#lib/tenants/members-use-cases.ts'

let room: Acme
let members: ReturnType<typeof membersUseCases>
beforeEach(async () => {
  room = await acme()
  members = membersUseCases(room.ports)
})
afterEach(() => room.remove())

const remove = async (by: string, userId: string, slug = 'acme') =>
  members.removeMember(await room.as(by, slug), { userId })
const tokenRow = async (id: string) => {
  const { tokens } = room.connection.schema
  const [row] = await room.connection.queries.select().from(tokens).where(eq(tokens.id, id))
  return row
}

describe('removing a member', () => {
  it('ends the membership, here alone', async () => {
    await remove('adam', 'mia')
    await expect(room.as('mia')).rejects.toMatchObject({ code: 'resource.not_found' })
    expect((await room.as('mia', 'globex')).level).toBe(20)
    expect(await auditOf(room.connection, 'acme')).toEqual(['member.removed mia'])
    expect(await changesOf(room.connection)).toEqual(['member acme/mia'])
  })

  it('revokes their personal tokens here with it, each with its record; others and those revoked before stay', async () => {
    const { connection } = room
    await seedToken(connection, { tenantId: 'acme', id: 'mine-1', ownerUserId: 'mia' })
    await seedToken(connection, { tenantId: 'acme', id: 'mine-2', ownerUserId: 'mia' })
    await seedToken(connection, { tenantId: 'acme', id: 'mine-old', ownerUserId: 'mia', revokedAt: NOW - 50 })
    await seedToken(connection, { tenantId: 'globex', id: 'mine-elsewhere', ownerUserId: 'mia' })
    await seedToken(connection, { tenantId: 'acme', id: 'of-adam', ownerUserId: 'adam' })
    await seedToken(connection, { tenantId: 'acme', id: 'of-acme' })
    expect(await remove('adam', 'mia')).toEqual({ tokensRevoked: 2 })
    const revoked = { revokedAt: NOW, revokedBy: 'adam', revokedReason: 'member_removed', version: 1 }
    expect(await tokenRow('mine-1')).toMatchObject(revoked)
    expect(await tokenRow('mine-2')).toMatchObject(revoked)
    expect(await tokenRow('mine-old')).toMatchObject({ revokedAt: NOW - 50, revokedReason: 'by_hand', version: 0 })
    for (const id of ['mine-elsewhere', 'of-adam', 'of-acme'])
      expect(await tokenRow(id)).toMatchObject({ revokedAt: null, version: 0 })
    expect(await auditOf(connection, 'acme')).toEqual([
      'member.removed mia',
      'token.revoked mine-1',
      'token.revoked mine-2',
    ])
  })

  it('lets no token live again when the person comes back', async () => {
    await seedToken(room.connection, { tenantId: 'acme', id: 'mine', ownerUserId: 'mia' })
    await remove('adam', 'mia')
    await members.addMember(await room.as('adam'), { email: 'mia@example.com', roleKeys: ['admin'] })
    expect(await tokenRow('mine')).toMatchObject({ revokedAt: NOW, revokedReason: 'member_removed' })
    expect((await room.as('mia')).level).toBe(10)
  })

  it('revokes more tokens than one statement can tell of', async () => {
    const ids = Array.from({ length: 1100 }, (_, index) => `token-${index}`)
    await seedTokens(
      room.connection,
      ids.map((id) => ({ tenantId: 'acme', id, ownerUserId: 'mia' })),
    )
    expect(await remove('adam', 'mia')).toEqual({ tokensRevoked: 1100 })
    expect(await auditOf(room.connection, 'acme')).toHaveLength(1101)
  })
})

describe('leaving', () => {
  it.each(['mia', 'rita', 'adam'])('is open to %s, whatever their role', async (userId) => {
    await remove(userId, userId)
    await expect(room.as(userId)).rejects.toMatchObject({ code: 'resource.not_found' })
  })

  it('409: but not to the last owner', async () => {
    await expect(remove('olga', 'olga')).rejects.toMatchObject({ code: 'member.last_owner' })
    await expect(remove('gina', 'gina', 'globex')).rejects.toMatchObject({ code: 'member.last_owner' })
    expect((await room.as('olga')).level).toBe(0)
  })
})

describe('refusals', () => {
  it.each([
    ['mia', 'rita', 'access.denied'],
    ['rita', 'nobody', 'access.denied'],
    ['adam', 'olga', 'access.too_strong'],
    ['olga', 'gina', 'resource.not_found'],
    ['olga', 'nobody', 'resource.not_found'],
  ])('%s removes %s: %s', async (by, userId, code) => {
    await expect(remove(by, userId)).rejects.toMatchObject({ code })
    expect(await changesOf(room.connection)).toEqual([])
  })

  it('404: a second time, as for somebody who never was', async () => {
    await remove('adam', 'mia')
    await expect(remove('adam', 'mia')).rejects.toMatchObject({ code: 'resource.not_found' })
  })

  it('422: no id at all', async () => {
    await expect(remove('adam', '')).rejects.toMatchObject({ code: 'request.invalid' })
    await expect(remove('adam', 'a\0b')).rejects.toMatchObject({ code: 'request.invalid' })
  })
})
