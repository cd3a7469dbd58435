import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seedTenant } from '#db/contract/seed-people.ts'
import { seedTokens } from '#db/contract/seed-token.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { tenantFinder } from '#db/directories.ts'
import { createStandingStore } from '#db/standing-store.ts'

const NOW = 1_800_000_000

let database: TemporaryDatabase
beforeAll(async () => {
  database = await temporaryDatabase()
  const { connection } = database
  for (const id of ['acme', 'globex']) await seedTenant(connection, { id })
  await seedTokens(connection, [
    { tenantId: 'acme', id: 'a1' },
    { tenantId: 'acme', id: 'a2' },
    { tenantId: 'globex', id: 'g1' },
  ])
  const { tokenDirectory, endedFamilies } = connection.schema
  const ended = (tenantId: string, tokenId: string, familyId: string) => ({ tenantId, tokenId, familyId, endedAt: NOW })
  await connection.atomically((tx) => [
    {
      label: 'directory',
      rows: tx
        .insert(tokenDirectory)
        .values([
          { tokenId: 'a1', tenantId: 'acme' },
          { tokenId: 'g1', tenantId: 'globex' },
        ])
        .returning(),
      expect: 2,
    },
    {
      label: 'ended families',
      rows: tx
        .insert(endedFamilies)
        .values([
          ended('acme', 'a1', 'f1'),
          ended('acme', 'a1', 'f2'),
          ended('acme', 'a2', 'f3'),
          ended('globex', 'g1', 'f1'),
        ])
        .returning(),
      expect: 4,
    },
  ])
})
afterAll(() => database.remove())

describe('the tenant of a token', () => {
  it.each([
    ['a1', 'acme'],
    ['g1', 'globex'],
    ['unknown', undefined],
    ['', undefined],
    ['A1', undefined],
    ['a%', undefined],
    ["a1' or '1'='1", undefined],
  ])('%j is %s', async (tokenId, tenantId) => {
    expect(await tenantFinder(database.connection)(tokenId)).toBe(tenantId)
  })
})

describe('ended families', () => {
  it.each([
    ['acme', 'a1', ['f1', 'f2']],
    ['acme', 'a2', ['f3']],
    ['globex', 'g1', ['f1']],
    ['globex', 'a1', []],
    ['acme', 'g1', []],
  ])('of %s’s token %s are its own alone', async (tenantId, tokenId, families) => {
    const standing = await createStandingStore(database.connection).find(tenantId, tokenId)
    expect([...(standing?.endedFamilies ?? [])].sort()).toEqual(families)
  })
})
