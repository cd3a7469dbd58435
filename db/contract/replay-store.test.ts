import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { PURGED_AT_ONCE } from '#db/purge-in-steps.ts'
import { createReplayStore } from '#db/replay-store.ts'
import type { ReplayStore } from '#lib/oauth/replay-store.ts'

const NOW = 1_800_000_000

let database: TemporaryDatabase
let store: ReplayStore
beforeEach(async () => {
  database = await temporaryDatabase()
  store = createReplayStore(database.connection)
})
afterEach(() => database.remove())

const ID_ROW = { tenantId: 'acme', kind: 'dpop', expiresAt: NOW + 300 } as const
const id = { tenantId: 'acme', kind: 'assertion', text: 'client\njti-1', expiresAt: NOW + 300 } as const

describe('using an id', () => {
  it('counts once', async () => {
    expect(await store.use(id)).toBe(true)
    expect(await store.use(id)).toBe(false)
    expect(await store.use({ ...id, expiresAt: NOW + 900 })).toBe(false)
  })

  it('is apart for each tenant, kind and text', async () => {
    const others = [
      id,
      { ...id, tenantId: 'globex' },
      { ...id, kind: 'dpop' as const },
      { ...id, text: 'CLIENT\njti-1' },
    ]
    for (const other of others) expect(await store.use(other)).toBe(true)
  })

  it('takes a text of any length and stores 43 characters of it', async () => {
    const long = { ...id, text: 'x'.repeat(100_000) }
    expect(await store.use(long)).toBe(true)
    expect(await store.use(long)).toBe(false)
    expect(await store.use({ ...id, text: 'x'.repeat(100_001) })).toBe(true)
    const { queries, schema } = database.connection
    const rows = await queries.select().from(schema.replayIds)
    expect(rows.map(({ digest }) => digest.length)).toEqual([43, 43])
  })

  it('by two connections at once is the first for one', async () => {
    const other = await database.open()
    try {
      const stores = [store, createReplayStore(other)]
      for (let round = 0; round < 20; round += 1) {
        const used = await Promise.all(
          [...stores, ...stores].map((each) => each.use({ ...id, text: `round ${round}` })),
        )
        expect(used.filter(Boolean)).toHaveLength(1)
      }
    } finally {
      await other.close()
    }
  })
})

it('forgets what expired before a moment, and nothing else', async () => {
  await store.use(id)
  await store.purge(id.expiresAt)
  expect(await store.use(id)).toBe(false)
  await store.purge(id.expiresAt + 1)
  expect(await store.use(id)).toBe(true)
})

it('forgets more than one list may delete', async () => {
  const { atomically, schema } = database.connection
  const many = Array.from({ length: 2 * PURGED_AT_ONCE + 1 }, (_, n) => ({ ...ID_ROW, digest: `digest-${n}` }))
  const halves = [many.slice(0, PURGED_AT_ONCE), many.slice(PURGED_AT_ONCE)]
  for (const rows of halves)
    await atomically((tx) => [
      { label: 'ids', rows: tx.insert(schema.replayIds).values(rows).returning(), expect: rows.length },
    ])
  await store.use({ ...id, expiresAt: NOW + 900 })
  await store.purge(NOW + 301)
  expect(await database.raw.rows('select expires_at from replay_ids')).toEqual([{ expires_at: NOW + 900 }])
})

it('answers nothing when it cannot know', async () => {
  await database.connection.close()
  await expect(store.use(id)).rejects.toBeInstanceOf(Error)
})
