import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyDatabase, type TemporaryDatabase } from '#db/contract/temporary-database.ts'
import { readConfig } from '#lib/config/env.ts'
import { settingsOf } from '#server/attack/race-world.fixture.ts'
import { composePortal } from '#server/compose.ts'

let database: TemporaryDatabase
beforeEach(async () => {
  database = await emptyDatabase()
})
afterEach(() => database.remove())

const settings = () => ({ ...settingsOf(''), DATABASE_URL: database.url })

describe('a first start on PostgreSQL', () => {
  it('makes environment and keys once, however many nodes start at the same moment', async () => {
    const portals = await Promise.all([1, 2, 3].map(() => composePortal(readConfig(settings()))))
    const { environment, signingKeys, users } = database.connection.schema
    const { queries } = database.connection
    expect(await queries.select().from(environment)).toHaveLength(1)
    expect((await queries.select().from(signingKeys)).map(({ purpose }) => purpose).sort()).toEqual([
      'access',
      'bearer',
    ])
    expect(await queries.select().from(users)).toHaveLength(1)
    for (const portal of portals) await portal.close()
  })

  it('without a first person prints the link to set one up, which opens on any node and works once', async () => {
    const { LATCHKEY_BOOTSTRAP_EMAIL: _, LATCHKEY_BOOTSTRAP_PASSWORD: __, ...bare } = settings()
    const [one, other] = [await composePortal(readConfig(bare)), await composePortal(readConfig(bare))]
    const notices = (await one.startupNotices()).join('\n')
    const key = /[?&]key=([\w-]+)/.exec(notices)?.[1] ?? ''
    const ada = {
      key,
      name: 'Ada',
      email: 'ada@example.com',
      password: 'correct horse battery',
      accountName: 'Engines',
    }
    const setup = { ...ada, known: undefined, trace: { requestId: 'r', address: '192.0.2.1', agent: undefined } }
    const { sid } = await other.signIn.setUp(setup)
    expect(await one.signIn.findPerson(sid)).toMatchObject({ email: 'ada@example.com' })
    await expect(one.signIn.setUp(setup)).rejects.toMatchObject({ code: expect.stringContaining('setup') })
    for (const portal of [one, other]) await portal.close()
  })

  it('runs every chore on one node alone', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => composePortal(readConfig(settings()), { choring: false })))
    await Promise.all([one?.runChores(), other?.runChores()])
    const { leases } = database.connection.schema
    const rows = await database.connection.queries.select().from(leases)
    expect(rows.length).toBeGreaterThan(5)
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
    expect(rows.filter(({ doneUntil }) => doneUntil === 0)).toEqual([])
    await one?.close()
    await other?.close()
  })
})
