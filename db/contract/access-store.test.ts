import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccessStore } from '#db/access-store.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { STARTING_PERMISSIONS, STARTING_ROLES } from '#lib/access/starting-catalog.ts'

let database: TemporaryDatabase
beforeAll(async () => {
  database = await temporaryDatabase()
})
afterAll(() => database.remove())

describe('a new environment', () => {
  it('has the starting catalog and roles, in their order', async () => {
    const access = await createAccessStore(database.connection).environment()
    expect(access.catalog).toEqual(STARTING_PERMISSIONS)
    expect(access.roles.map(({ key, level }) => [key, level])).toEqual(
      STARTING_ROLES.map(({ key, level }) => [key, level]),
    )
    expect(new Set(access.roles[0]?.permissions)).toEqual(new Set(STARTING_ROLES[0]?.permissions))
  })

  it('keeps its issuer when it is made again, and a replaced one verifies on', async () => {
    const store = createEnvironmentStore(database.connection)
    await store.ensure({ issuer: 'https://id.example', now: 1 })
    expect(await store.settings()).toMatchObject({ issuer: 'https://id.example', formerIssuers: [] })
    await store.ensure({ issuer: 'https://new.example', now: 2 })
    expect(await store.settings()).toMatchObject({
      issuer: 'https://new.example',
      formerIssuers: ['https://id.example'],
    })
    await store.ensure({ issuer: 'https://id.example', now: 3 })
    expect(await store.settings()).toMatchObject({
      issuer: 'https://id.example',
      formerIssuers: ['https://new.example'],
      audiences: ['https://id.example'],
    })
  })
})
