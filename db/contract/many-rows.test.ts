import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Write } from '#db/connection.ts'
import { seedTenant } from '#db/contract/seed-people.ts'
import { seedTokens } from '#db/contract/seed-token.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { manyRows } from '#db/many-rows.ts'

const NOW = 1_800_000_000

let database: TemporaryDatabase
beforeEach(async () => {
  database = await temporaryDatabase()
  await seedTenant(database.connection, { id: 'acme' })
  await seedTokens(database.connection, [{ tenantId: 'acme', id: 'a1' }])
})
afterEach(() => database.remove())

const insert = manyRows<'tenantId' | 'tokenId' | 'kind' | 'value' | 'firstSeenAt'>(
  'places',
  ['tenantId', 'tokenId', 'kind', 'value', 'firstSeenAt'],
  (tx, { tokenPlaces }, rows) => tx.insert(tokenPlaces).values(rows).returning({ value: tokenPlaces.value }),
)

const placesOf = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    tenantId: 'acme',
    tokenId: 'a1',
    kind: n % 2 ? 'network' : 'agent',
    value: `place ${n}`,
    firstSeenAt: NOW + n,
  }))

describe('many rows', () => {
  it.each([
    [0, []],
    [1, [1]],
    [4, [1, 1, 1, 1]],
    [26, [20, 5, 1]],
    [1121, [500, 500, 100, 20, 1]],
  ])('%i of them are all written, in so many statements', async (count, sizes) => {
    const { atomically, schema, queries } = database.connection
    const rows = placesOf(count)
    const counts: Write['expect'][] = []
    await atomically((tx) => {
      const listed = insert(tx, schema, rows)
      counts.push(...listed.map((write) => write.expect))
      return listed
    })
    expect(counts).toEqual(sizes)
    const { tokenId, kind, value, firstSeenAt, tenantId } = schema.tokenPlaces
    const written = await queries.select({ tenantId, tokenId, kind, value, firstSeenAt }).from(schema.tokenPlaces)
    expect(written.toSorted((one, other) => one.firstSeenAt - other.firstSeenAt)).toEqual(rows)
  })
})
