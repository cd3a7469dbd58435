import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Acme, acme, NOW } from '#db/contract/acme.ts'
import { auditOf, changesOf, rightsVersionOf } from '#db/contract/read-records.ts'
import { membersUseCases } from '#lib/tenants/members-use-cases.ts'

let room: Acme
let members: ReturnType<typeof membersUseCases>
beforeEach(async () => {
  room = await acme()
  members = membersUseCases(room.ports)
})
afterEach(() => room.remove())

const add = async (by: string, email: string, ...roleKeys: string[]) =>
  members.addMember(await room.as(by), { email, roleKeys })

describe('adding somebody new', () => {
  it('makes the person and the membership, with its record', async () => {
    const { userId, invitation } = await add('olga', '  New.Person@Example.COM ', 'member')
    expect(invitation).toBe('sent')
    expect(await room.ports.memberStore.find('acme', userId)).toEqual({
      userId,
      name: 'new.person',
      email: 'new.person@example.com',
      roleKeys: ['member'],
      joinedAt: NOW,
      disabledAt: null,
    })
    expect(await auditOf(room.connection, 'acme')).toEqual([`member.added ${userId}`])
    expect(await auditOf(room.connection, '*')).toEqual([`user.created ${userId}`])
    expect(await changesOf(room.connection)).toEqual([`member acme/${userId}`])
    expect(await rightsVersionOf(room.connection, 'acme')).toBe(1)
  })

  it('gives them no password: they prove the address by mail', async () => {
    const { userId } = await add('olga', 'new@example.com', 'member')
    const { users } = room.connection.schema
    const rows = await room.connection.queries.select().from(users)
    expect(rows.find(({ id }) => id === userId)).toMatchObject({ passwordDigest: null, operatorSince: null })
  })

  it('tells them where to sign in, in one mail that holds no link of theirs alone', async () => {
    await add('olga', 'new@example.com', 'member')
    expect(room.ports.outbox).toHaveLength(1)
    expect(room.ports.outbox[0]).toMatchObject({ to: 'new@example.com', subject: 'You have been added to Acme' })
    expect(room.ports.outbox[0]?.text).toContain('https://tokens.example/sign-in\n')
    expect(room.ports.outbox[0]?.text).toContain('olga has added you to the account Acme.')
  })

  it('stands although the mail was not taken, and says so', async () => {
    room.ports.surroundings.mailIsDown = true
    const { userId, invitation } = await add('olga', 'new@example.com', 'member')
    expect(invitation).toBe('not_sent')
    expect(await room.ports.memberStore.find('acme', userId)).toBeDefined()
  })
})

describe('adding somebody whom the environment knows', () => {
  it('adds them as they are, without a mail', async () => {
    expect(await add('olga', 'gina@example.com', 'admin')).toEqual({
      userId: 'gina',
      email: 'gina@example.com',
      invitation: 'not_needed',
    })
    expect(room.ports.outbox).toEqual([])
    expect(await auditOf(room.connection, '*')).toEqual([])
    expect((await room.as('gina')).level).toBe(10)
    expect((await room.as('gina', 'globex')).level).toBe(0)
  })

  it('409: a member already, whatever the case of the address', async () => {
    await expect(add('olga', 'MIA@example.com', 'member')).rejects.toMatchObject({ code: 'member.exists' })
    expect(await changesOf(room.connection)).toEqual([])
  })
})

describe('who may', () => {
  it.each([
    ['mia', 'member', 'access.denied'],
    ['rita', 'read_only', 'access.denied'],
    ['adam', 'owner', 'access.too_strong'],
  ])('403: %s gives %s', async (by, role, code) => {
    await expect(add(by, 'new@example.com', role)).rejects.toMatchObject({ code })
    expect(await auditOf(room.connection, 'acme')).toEqual([])
    expect(room.ports.outbox).toEqual([])
  })

  it.each(['admin', 'member', 'read_only'])('an admin gives %s', async (role) => {
    expect(await add('adam', 'new@example.com', role)).toMatchObject({ invitation: 'sent' })
  })

  it('403 does not tell whether the person is a member', async () => {
    await expect(add('mia', 'olga@example.com', 'member')).rejects.toMatchObject({ code: 'access.denied' })
  })

  it('404: somebody who has left since the page was shown', async () => {
    const adam = await room.as('adam')
    await members.removeMember(await room.as('olga'), { userId: 'adam' })
    const late = members.addMember(adam, { email: 'new@example.com', roleKeys: ['member'] })
    await expect(late).rejects.toMatchObject({ code: 'resource.not_found' })
  })
})

describe('422', () => {
  it.each([
    ['no address', 'nobody', ['member'], 'email'],
    ['two addresses', 'a@example.com,b@example.com', ['member'], 'email'],
    ['an address that would add a header', 'a@example.com\r\nBcc: b@example.com', ['member'], 'email'],
    ['no role', 'new@example.com', [], 'roleKeys'],
    ['an unknown role', 'new@example.com', ['emperor'], 'roleKeys'],
    ['a known role and an unknown one', 'new@example.com', ['member', 'emperor'], 'roleKeys'],
  ])('%s', async (_, email, roleKeys, field) => {
    const adding = members.addMember(await room.as('olga'), { email, roleKeys })
    await expect(adding).rejects.toMatchObject({ code: 'request.invalid', fields: { [field]: [expect.any(String)] } })
  })
})
