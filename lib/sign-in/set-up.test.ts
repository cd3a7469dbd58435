import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditOf } from '#db/contract/read-records.ts'
import { ADA, emptyRoom, from, PASSWORD, setupKey } from '#db/contract/sign-in-room.ts'

let room: Awaited<ReturnType<typeof emptyRoom>>
beforeEach(async () => {
  room = await emptyRoom()
})
afterEach(() => room.remove())

const key = () => setupKey(room.signIn.setupLink())
const setUp = async (changes: Partial<typeof ADA> & { key?: string } = {}) =>
  room.signIn.setUp({ ...ADA, key: await key(), known: undefined, trace: from(), ...changes })

describe('the setup link', () => {
  it('is the same at each start, and stands in the notices of the start until it is used', async () => {
    const link = await room.signIn.setupLink()
    expect(link).toMatch(/^https:\/\/id\.example\/setup\?key=[\w-]{43}$/)
    expect(await room.atAnotherConnection.signIn.setupLink()).toBe(link)
    await setUp()
    expect(await room.signIn.setupLink()).toBeUndefined()
    expect(await room.atAnotherConnection.signIn.setupLink()).toBeUndefined()
  })

  it('printed before the secret was replaced works on while the ring holds the old one', async () => {
    const [old, young] = ['an old secret, long enough to be one, surely', 'a young secret, long enough to be one']
    const before = await setupKey(room.withSecrets(old).setupLink())
    expect(await room.withSecrets(young, old).checkSetupKey(before)).toBe('open')
    expect(await room.withSecrets(young).checkSetupKey(before)).toBe('wrong')
  })

  it.each(['', 'x', 'A'.repeat(43), '%00', 'ñ'])('with the key %j opens nothing', async (wrong) => {
    expect(await room.signIn.checkSetupKey(wrong)).toBe('wrong')
    await expect(setUp({ key: wrong })).rejects.toMatchObject({ code: 'setup.link_invalid' })
    expect(await room.ports.userStore.byEmail(ADA.email)).toBeUndefined()
  })
})

describe('setting up', () => {
  it('makes the first operator, who owns the first account and is signed in', async () => {
    const { sid, slug } = await setUp({ email: ' Ada@Example.COM ' as typeof ADA.email })
    expect(slug).toBe('engines')
    expect(await room.signIn.findPerson(sid)).toMatchObject({ name: 'Ada', email: 'ada@example.com' })
    const { users, memberRoles, tenants } = room.connection.schema
    const [user] = await room.connection.queries.select().from(users)
    expect(user).toMatchObject({ operatorSince: room.ports.time.now, disabledAt: null })
    expect(user?.passwordDigest).toMatch(/^\$argon2id\$/)
    const [tenant] = await room.connection.queries.select().from(tenants)
    expect(tenant).toMatchObject({ slug: 'engines', name: 'Engines' })
    expect(await room.connection.queries.select().from(memberRoles)).toEqual([
      { tenantId: tenant?.id, userId: user?.id, roleKey: 'owner' },
    ])
    const happened = await auditOf(room.connection, '*')
    expect(happened.map((line) => line.split(' ')[0])).toEqual([
      'environment.set_up',
      'session.started',
      'user.created',
    ])
    expect(await auditOf(room.connection, tenant?.id ?? '')).toHaveLength(2)
  })

  it('works once: the used link says that it is done, whoever opens it', async () => {
    const used = await key()
    await setUp()
    await expect(setUp({ key: used, email: 'eve@example.com' as typeof ADA.email })).rejects.toMatchObject({
      code: 'setup.closed',
    })
    expect(await room.signIn.checkSetupKey(used)).toBe('closed')
    expect(await room.ports.userStore.byEmail('eve@example.com')).toBeUndefined()
  })

  it('has one winner when two connections try at the same moment', async () => {
    const link = await key()
    const outcomes = await Promise.allSettled([
      room.signIn.setUp({ ...ADA, key: link, known: undefined, trace: from() }),
      room.atAnotherConnection.signIn.setUp({
        ...ADA,
        email: 'eve@example.com',
        key: link,
        known: undefined,
        trace: from(),
      }),
      room.signIn.setUp({ ...ADA, email: 'mallory@example.com', key: link, known: undefined, trace: from() }),
    ])
    const answers = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'done'))
    expect(answers.toSorted((one, other) => one.localeCompare(other))).toEqual(['done', 'setup.closed', 'setup.closed'])
    const { users, tenants, sessions } = room.connection.schema
    for (const table of [users, tenants, sessions]) {
      expect(await room.connection.queries.select().from(table)).toHaveLength(1)
    }
  })

  it('says beside each field what is wrong with it, and makes nothing', async () => {
    const wrong = { name: ' ', email: 'nobody' as typeof ADA.email, accountName: '' as typeof ADA.accountName }
    await expect(setUp(wrong as Partial<typeof ADA>)).rejects.toMatchObject({
      code: 'request.invalid',
      fields: {
        name: ['Enter your name.'],
        email: [expect.stringContaining('name@example.com')],
        accountName: [expect.any(String)],
      },
    })
    await expect(setUp({ password: 'adaadaadaadaada' as typeof PASSWORD })).rejects.toMatchObject({
      fields: { password: [expect.stringContaining('guess')] },
    })
    expect(await key()).toMatch(/^[\w-]{43}$/)
  })
})

describe('the bootstrap variables', () => {
  const variables = { email: 'Root@Example.com', password: PASSWORD }

  it('do the same without a link, and a second start leaves all as it is', async () => {
    await room.signIn.bootstrapOperator(variables)
    expect(await room.signIn.setupLink()).toBeUndefined()
    const user = await room.ports.userStore.byEmail('root@example.com')
    expect(user?.name).toBe('Root')
    await room.signIn.bootstrapOperator({ ...variables, password: 'another horse battery staple' })
    expect(await room.ports.userStore.byEmail('root@example.com')).toEqual(user)
    const { sessions, tenants } = room.connection.schema
    expect(await room.connection.queries.select().from(sessions)).toEqual([])
    expect((await room.connection.queries.select().from(tenants)).map(({ name }) => name)).toEqual(['Analytical Cloud'])
  })

  it('in two processes at once make one operator', async () => {
    await Promise.all([
      room.signIn.bootstrapOperator(variables),
      room.atAnotherConnection.signIn.bootstrapOperator(variables),
    ])
    expect(await room.connection.queries.select().from(room.connection.schema.users)).toHaveLength(1)
  })

  it('with a password that is guessed at once stop', async () => {
    await expect(room.signIn.bootstrapOperator({ ...variables, password: '1234567890123456' })).rejects.toMatchObject({
      fields: { password: [expect.any(String)] },
    })
  })
})
