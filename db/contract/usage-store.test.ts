import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { personal, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'
import { PURGED_AT_ONCE } from '#db/purge-in-steps.ts'
import { createUsageStore } from '#db/usage-store.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { CredentialLastUse, DayUse } from '#lib/usage/usage-store.ts'

let world: TokenFixture
beforeEach(async () => {
  world = await tokenFixture()
})
afterEach(() => world.remove())

const NOON = 1_800_000_000 - (1_800_000_000 % DAY_SECONDS) + DAY_SECONDS / 2
const TODAY = NOON - DAY_SECONDS / 2

const issued = async () => {
  const { token } = await world.tokens.issue(await world.as('mia'), personal())
  const place = { tenantId: token.tenantId, tokenId: token.id }
  return {
    place,
    day: (change: Partial<DayUse> = {}): DayUse => ({
      ...place,
      day: TODAY,
      permission: '',
      outcome: 'accepted',
      count: 1,
      asked: 0,
      ...change,
    }),
    use: (change: Partial<CredentialLastUse> = {}): CredentialLastUse => ({
      ...place,
      credentialId: 'jwt-1',
      lastUsedAt: NOON,
      address: '192.0.2.1',
      agent: 'curl/8',
      ...change,
    }),
    lastUse: () => world.ports.tokenStore.lastUse(place.tenantId, place.tokenId),
    dailyUse: () => world.ports.tokenStore.dailyUse(place.tenantId, place.tokenId, NOON),
    permissionUse: () => world.ports.tokenStore.permissionUse(place.tenantId, place.tokenId, NOON),
  }
}

describe('adding usage', () => {
  it('adds to what is stored, from two processes', async () => {
    const { day, dailyUse } = await issued()
    const other = createUsageStore((await world.elsewhere()).connection)
    const store = createUsageStore(world.connection)
    await Promise.all([
      store.add({ days: [day({ count: 3 }), day({ outcome: 'refused', count: 2 })], credentials: [] }),
      other.add({ days: [day({ count: 4 })], credentials: [] }),
    ])
    expect(await dailyUse()).toEqual([{ day: TODAY, accepted: 7, refused: 2 }])
  })

  it('keeps each permission apart, and a day together', async () => {
    const { day, dailyUse, permissionUse } = await issued()
    const yesterday = TODAY - DAY_SECONDS
    const read = { permission: 'projects:read', asked: 1 }
    const write = { permission: 'projects:write', asked: 1, count: 0 }
    const store = createUsageStore(world.connection)
    // A use that asked for both, twice; one that asked for nothing; one that was refused.
    await store.add({ days: [day(read), day(write), day()], credentials: [] })
    await store.add({ days: [day(read), day(write), day({ ...read, outcome: 'refused' })], credentials: [] })
    await store.add({
      days: [day({ ...read, day: yesterday }), day({ ...read, day: TODAY - 30 * DAY_SECONDS })],
      credentials: [],
    })
    await store.add({
      days: [day({ permission: 'reports:read', asked: 4, count: 4, day: yesterday })],
      credentials: [],
    })
    expect(await dailyUse()).toEqual([
      { day: yesterday, accepted: 5, refused: 0 },
      { day: TODAY, accepted: 3, refused: 1 },
    ])
    expect(await permissionUse()).toEqual([
      { permission: 'projects:read', accepted: 3, refused: 1, lastDay: TODAY },
      { permission: 'projects:write', accepted: 2, refused: 0, lastDay: TODAY },
      { permission: 'reports:read', accepted: 4, refused: 0, lastDay: yesterday },
    ])
  })

  it('counts further than 32 bits do', async () => {
    const { day, dailyUse, permissionUse } = await issued()
    const store = createUsageStore(world.connection)
    const most = { permission: 'projects:read', count: 2 ** 31 - 1, asked: 2 ** 31 - 1 }
    await store.add({ days: [day(most)], credentials: [] })
    await store.add({ days: [day(most)], credentials: [] })
    expect(await dailyUse()).toMatchObject([{ accepted: 2 ** 32 - 2 }])
    expect(await permissionUse()).toMatchObject([{ accepted: 2 ** 32 - 2 }])
  })

  it('moves the last use forward and never back', async () => {
    const { use, lastUse } = await issued()
    const store = createUsageStore(world.connection)
    await store.add({ days: [], credentials: [use()] })
    await store.add({ days: [], credentials: [use({ lastUsedAt: NOON + 5, address: null, agent: null })] })
    await store.add({ days: [], credentials: [use({ lastUsedAt: NOON + 4 })] })
    expect(await lastUse()).toEqual({ at: NOON + 5, address: null, agent: null })
  })

  it('passes over tokens that have gone, and writes the rest of the batch', async () => {
    const { day, use, lastUse, dailyUse } = await issued()
    await createUsageStore(world.connection).add({
      days: [day({ tokenId: 'gone' }), day()],
      credentials: [use({ tenantId: 'globex' }), use()],
    })
    expect(await dailyUse()).toEqual([{ day: TODAY, accepted: 1, refused: 0 }])
    expect((await lastUse())?.at).toBe(NOON)
  })

  it('reads nothing where every token is there', async () => {
    const { day, use, dailyUse } = await issued()
    const { connection } = world
    const unread = () => () => Promise.reject(new Error('a token was looked for'))
    await createUsageStore({ ...connection, prepared: unread }).add({ days: [day()], credentials: [use()] })
    expect(await dailyUse()).toEqual([{ day: TODAY, accepted: 1, refused: 0 }])
  })

  it('takes an empty batch', async () => {
    await expect(createUsageStore(world.connection).add({ days: [], credentials: [] })).resolves.toBeUndefined()
  })
})

describe('old days', () => {
  it('are forgotten, however many there are, and neither newer ones nor the last use', async () => {
    const { day, use, lastUse } = await issued()
    const store = createUsageStore(world.connection)
    const { tokenUse } = world.connection.schema
    const many = Array.from({ length: 2 * PURGED_AT_ONCE + 1 }, (_, n) => day({ day: TODAY - n * DAY_SECONDS }))
    const others = [day({ permission: 'projects:read' }), day({ outcome: 'refused', day: TODAY - 3 * DAY_SECONDS })]
    await store.add({ days: [...many, ...others], credentials: [use()] })
    await store.purge(TODAY - 2 * DAY_SECONDS)
    const kept = await world.connection.queries.select({ day: tokenUse.day }).from(tokenUse)
    const ages = kept.map((row) => (TODAY - row.day) / DAY_SECONDS)
    expect(ages.toSorted((one, other) => one - other)).toEqual([0, 0, 1, 2])
    expect((await lastUse())?.at).toBe(NOON)
  })
})
