import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Connection } from '#db/connection.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { openDatabase } from '#db/open-database.ts'
import { changeWrite } from '#db/writes.ts'
import { readConfig } from '#lib/config/env.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import { type LateNews, lateNews } from '#server/attack/late-news.fixture.ts'
import { settingsOf } from '#server/attack/race-world.fixture.ts'

// A node whose follower hears nothing, as between a restore and its next look, while the pool is connected anew.

const LOOK_MS = 5
const RESTORED = { code: 'store.restored' }

let database: TemporaryDatabase
let address: LateNews
let node: Connection
beforeEach(async () => {
  database = await temporaryDatabase()
  address = await lateNews(database.url)
  node = await openDatabase(readConfig({ ...settingsOf(''), DATABASE_URL: address.url }).database)
})
afterEach(async () => {
  address.release()
  await node.close()
  await address.close()
  await database.remove()
})

const tell = (key: string) =>
  node.atomically((tx) => [changeWrite(tx, node.schema, { kind: 'token', key, at: 1_800_000_000 })])
const keys = () => node.read(node.queries.select({ key: node.schema.changes.key }).from(node.schema.changes))
/** As whoever asks again does: what was under way when its connection ended is refused as unavailable. */
const once = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await ask()
  } catch (thrown) {
    if (!isPortalError(thrown) || thrown.code !== 'store.unavailable') throw thrown
    await delay(LOOK_MS)
    return once(ask)
  }
}
/** What a restore does to whoever runs on: every connection ends, and the newest changes are gone. */
const restore = async () => {
  address.hold()
  await database.raw.run(`delete from changes where key = 'a/2'`)
  address.leadTo(database.url)
}

it('a new connection tells that the database lacks something, before what is read over it counts', async () => {
  await tell('a/1')
  await tell('a/2')
  await restore()
  expect(() => node.commitMark()).not.toThrow()
  expect(await once(keys)).toEqual([{ key: 'a/1' }])
  expect(() => node.commitMark()).toThrow(expect.objectContaining(RESTORED))
})

it('and nothing is written over it, whether it appends to the feed or not', async () => {
  await tell('a/1')
  await tell('a/2')
  await restore()
  const { environment } = node.schema
  const quiet = () =>
    node.atomically((tx) => [
      { label: 'quiet', rows: tx.update(environment).set({ rightsVersion: 77 }).returning(), expect: 1 },
    ])
  await expect(once(quiet)).rejects.toMatchObject(RESTORED)
  await expect(once(() => tell('a/3'))).rejects.toMatchObject(RESTORED)
  expect(await database.raw.rows('select 1 from environment where rights_version = 77')).toEqual([])
})
