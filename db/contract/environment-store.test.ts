import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '#db/connection.ts'
import { changesOf } from '#db/contract/read-records.ts'
import { emptyDatabase, type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import type { EnvironmentStore } from '#lib/access/environment-store.ts'
import { STARTING_PERMISSIONS, STARTING_ROLES } from '#lib/access/starting-catalog.ts'

const NOW = 1_800_000_000
const FIRST = 'https://id.example'
const SECOND = 'https://tokens.example'
const THIRD = 'https://keys.example'

let database: TemporaryDatabase
let connection: Connection
let store: EnvironmentStore
beforeEach(async () => {
  database = await temporaryDatabase(NOW)
  connection = database.connection
  store = createEnvironmentStore(connection)
})
afterEach(() => database.remove())

describe('a new environment', () => {
  it('has its issuer as audience, 15 minutes for bearers, and is not set up', async () => {
    expect(await store.settings()).toEqual({
      issuer: FIRST,
      formerIssuers: [],
      audiences: [FIRST],
      bearerLifetimeSeconds: 900,
      refreshTokens: true,
      leakReaction: 'revoke',
      setupDoneAt: null,
    })
  })

  it('has the starting catalog in its order, and the starting roles with what they allow', async () => {
    const { permissions, roles, rolePermissions } = connection.schema
    const catalog = await connection.queries.select().from(permissions).orderBy(permissions.position)
    expect(catalog.map(({ key }) => key)).toEqual(STARTING_PERMISSIONS.map(({ key }) => key))
    const stored = await connection.queries.select().from(roles).orderBy(roles.level)
    expect(stored.map(({ key, tenantId }) => `${tenantId} ${key}`)).toEqual(
      STARTING_ROLES.toSorted((one, other) => one.level - other.level).map(({ key }) => `* ${key}`),
    )
    const allowed = await connection.queries.select().from(rolePermissions)
    for (const { key, permissions: expected } of STARTING_ROLES)
      expect(
        allowed
          .filter(({ roleKey }) => roleKey === key)
          .map(({ permission }) => permission)
          .sort(),
      ).toEqual([...expected].sort())
  })

  it('is not made twice, nor changed, by a second start', async () => {
    await store.ensure({ issuer: FIRST, now: NOW + 99 })
    const { environment, permissions } = connection.schema
    expect(await connection.queries.select().from(environment)).toMatchObject([{ createdAt: NOW }])
    expect(await connection.queries.select().from(permissions)).toHaveLength(STARTING_PERMISSIONS.length)
    expect(await changesOf(connection)).toEqual([])
  })

  it('of two processes at the same moment is made once', async () => {
    const empty = await emptyDatabase()
    const both = [empty.connection, await empty.open()]
    await Promise.all(both.map((each) => createEnvironmentStore(each).ensure({ issuer: FIRST, now: NOW })))
    for (const each of both) expect(await each.queries.select().from(each.schema.environment)).toHaveLength(1)
    await empty.remove()
  })

  it('that was never made is no default one', async () => {
    const empty = await emptyDatabase()
    await expect(createEnvironmentStore(empty.connection).settings()).rejects.toMatchObject({ code: 'server.internal' })
    await empty.remove()
  })
})

describe('a new URL', () => {
  it('becomes the issuer, and the one before it verifies on', async () => {
    await store.ensure({ issuer: SECOND, now: NOW + 1 })
    expect(await store.settings()).toMatchObject({ issuer: SECOND, formerIssuers: [FIRST] })
  })

  it('is told to every cache', async () => {
    await store.ensure({ issuer: SECOND, now: NOW + 1 })
    expect(await changesOf(connection)).toEqual(['environment environment'])
  })

  it('after another keeps every former one, oldest first', async () => {
    await store.ensure({ issuer: SECOND, now: NOW + 1 })
    await store.ensure({ issuer: THIRD, now: NOW + 2 })
    expect(await store.settings()).toMatchObject({ issuer: THIRD, formerIssuers: [FIRST, SECOND] })
  })

  it('that was used before is current again, and no longer among the former', async () => {
    await store.ensure({ issuer: SECOND, now: NOW + 1 })
    await store.ensure({ issuer: FIRST, now: NOW + 2 })
    expect(await store.settings()).toMatchObject({ issuer: FIRST, formerIssuers: [SECOND] })
    await store.ensure({ issuer: SECOND, now: NOW + 3 })
    expect(await store.settings()).toMatchObject({ issuer: SECOND, formerIssuers: [FIRST] })
  })

  it('leaves the audiences: credentials that are out there name them', async () => {
    await store.ensure({ issuer: SECOND, now: NOW + 1 })
    expect((await store.settings()).audiences).toEqual([FIRST])
  })
})
