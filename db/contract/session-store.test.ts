import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditOf } from '#db/contract/read-records.ts'
import { seedUser } from '#db/contract/seed-people.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { createSessionStore } from '#db/session-store.ts'
import { ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import type { SessionStart, SessionStore } from '#lib/sign-in/session-store.ts'

const NOW = 1_800_000_000

let database: TemporaryDatabase
let store: SessionStore
beforeEach(async () => {
  database = await temporaryDatabase()
  store = createSessionStore(database.connection)
  await seedUser(database.connection, { id: 'ada' })
  await seedUser(database.connection, { id: 'dora', disabled: true })
})
afterEach(() => database.remove())

const event = (id: string) => ({
  tenantId: ENVIRONMENT_SCOPE,
  id,
  at: NOW,
  type: 'session.started' as const,
  actor: { kind: 'user' as const, id: 'ada', name: 'ada' },
  target: { kind: 'user', id: 'ada', name: 'ada' },
  requestId: 'r',
  address: undefined,
  details: {},
})

const start = (id: string, changes: Partial<SessionStart> = {}, userId = 'ada') =>
  store.start({
    session: {
      digest: `digest of ${id}`,
      id,
      userId,
      method: 'password',
      signedInAt: NOW,
      lastSeenAt: NOW,
      expiresAt: NOW + 100,
      address: undefined,
      agent: undefined,
    },
    at: NOW,
    userVersion: 0,
    ends: { digests: [] },
    events: [event(id)],
    ...changes,
  })

const openIds = async () => (await store.list('ada', NOW)).map(({ id }) => id).sort()

describe('start', () => {
  it('begins a session with its record', async () => {
    expect(await start('one')).toBe('started')
    expect(await store.find(['other', 'digest of one'])).toMatchObject({
      session: { id: 'one', address: undefined },
      user: { id: 'ada', email: 'ada@example.com' },
    })
    expect(await auditOf(database.connection, ENVIRONMENT_SCOPE)).toEqual(['session.started ada'])
  })

  it('ends those under the given digests, or all of the person', async () => {
    await start('one')
    await start('two')
    await start('three', { ends: { digests: ['digest of one', 'unknown'] } })
    expect(await openIds()).toEqual(['three', 'two'])
    await start('four', { ends: 'all' })
    expect(await openIds()).toEqual(['four'])
  })

  it('does nothing at all when the person changed or is disabled', async () => {
    await start('one')
    expect(await start('two', { userVersion: 1, ends: 'all', passwordDigest: 'x' })).toBe('person')
    expect(await start('three', {}, 'dora')).toBe('person')
    expect(await openIds()).toEqual(['one'])
    expect(await auditOf(database.connection, ENVIRONMENT_SCOPE)).toHaveLength(1)
  })

  it('does nothing when the challenge is not there to be used up', async () => {
    expect(await start('one', { challengeId: 'gone', ends: 'all', passwordDigest: 'x' })).toBe('challenge')
    const [user] = await database.connection.queries.select().from(database.connection.schema.users)
    expect(user).toMatchObject({ id: 'ada', passwordDigest: null, version: 0 })
  })

  it('moves the version on with a new password, so that what stood on the old one fails', async () => {
    expect(await start('one', { passwordDigest: 'new' })).toBe('started')
    expect(await start('two')).toBe('person')
    expect(await start('two', { userVersion: 1 })).toBe('started')
  })
})

describe('find', () => {
  it('knows neither ended sessions nor disabled people', async () => {
    await start('one')
    await store.end({ userId: 'ada', which: { id: 'one' }, at: NOW, event: event('e') })
    expect(await store.find(['digest of one'])).toBeUndefined()
    expect(await store.find([])).toBeUndefined()
  })
})

describe('touch', () => {
  it('never moves "last seen" back', async () => {
    await start('one')
    await store.touch('one', 'ada', NOW + 50)
    await store.touch('one', 'ada', NOW + 20)
    await store.touch('one', 'dora', NOW + 90)
    expect((await store.find(['digest of one']))?.session.lastSeenAt).toBe(NOW + 50)
  })
})

describe('end', () => {
  it('answers how many it ended, and records nothing for a session that is not there', async () => {
    await start('one')
    await start('two')
    await start('three')
    expect(await store.end({ userId: 'ada', which: { id: 'four' }, at: NOW, event: event('e1') })).toBe(0)
    expect(await store.end({ userId: 'dora', which: { id: 'one' }, at: NOW, event: event('e2') })).toBe(0)
    expect(await store.end({ userId: 'ada', which: { allBut: 'two' }, at: NOW, event: event('e3') })).toBe(2)
    expect(await openIds()).toEqual(['two'])
    expect(await auditOf(database.connection, ENVIRONMENT_SCOPE)).toHaveLength(4)
  })
})

describe('purge', () => {
  it('deletes what was ended or ran out before, and keeps the rest', async () => {
    await start('one')
    await start('two')
    await store.end({ userId: 'ada', which: { id: 'one' }, at: NOW, event: event('e') })
    await store.purge(NOW)
    const { sessions } = database.connection.schema
    expect(await database.connection.queries.select().from(sessions)).toHaveLength(2)
    await store.purge(NOW + 1)
    expect(await openIds()).toEqual(['two'])
    await store.purge(NOW + 101)
    expect(await database.connection.queries.select().from(sessions)).toEqual([])
  })
})
