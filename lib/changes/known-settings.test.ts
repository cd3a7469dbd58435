import { setImmediate as nextTask } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createSqliteChangeFeed } from '#db/change-feed.ts'
import { amend } from '#db/contract/amend.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { changeWrite } from '#db/writes.ts'
import type { ChangeKind } from '#lib/changes/change.ts'
import { knownSettings } from '#lib/changes/known-settings.ts'

let database: TemporaryDatabase
let reads: number
let whileReading: () => Promise<void>
let settings: ReturnType<typeof knownSettings>
beforeEach(async () => {
  database = await temporaryDatabase()
  const store = createEnvironmentStore(database.connection)
  reads = 0
  whileReading = async () => undefined
  settings = knownSettings({
    changeFeed: createSqliteChangeFeed(database.connection),
    environmentStore: {
      settings: async () => {
        reads += 1
        const read = await store.settings()
        await whileReading()
        return read
      },
    },
  })
})
afterEach(() => database.remove())

const setLifetime = async (bearerLifetimeSeconds: number, kind: ChangeKind = 'environment') => {
  const { connection } = database
  await amend(connection, (tx) => tx.update(connection.schema.environment).set({ bearerLifetimeSeconds }).returning())
  await connection.atomically((tx) => [changeWrite(tx, connection.schema, { kind, key: kind, at: 1 })])
}
const lifetime = async () => (await settings()).bearerLifetimeSeconds

it('are read once while nothing of the environment changes', async () => {
  expect(await lifetime()).toBe(900)
  await setLifetime(900, 'token')
  await lifetime()
  await lifetime()
  expect(reads).toBe(1)
})

it('are those of the first request after a change', async () => {
  await lifetime()
  await setLifetime(60)
  expect(await lifetime()).toBe(60)
  await setLifetime(120)
  expect(await lifetime()).toBe(120)
  expect(reads).toBe(3)
})

it('that changed while they were read are not kept', async () => {
  whileReading = () => setLifetime(60)
  expect(await lifetime()).toBe(900)
  whileReading = async () => undefined
  expect(await lifetime()).toBe(60)
})

it('that changed while they were read do not take the place of those that somebody else has read since', async () => {
  whileReading = async () => {
    whileReading = async () => undefined
    await setLifetime(60)
    expect(await lifetime()).toBe(60)
  }
  expect(await lifetime()).toBe(900)
  expect(await lifetime()).toBe(60)
  expect(reads).toBe(2)
})

it('are not remembered where the feed cannot be read', async () => {
  await lifetime()
  await database.connection.close()
  await nextTask()
  await expect(settings()).rejects.toBeInstanceOf(Error)
})
