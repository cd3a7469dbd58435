import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { personal, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'
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
      outcome: 'accepted',
      count: 1,
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
