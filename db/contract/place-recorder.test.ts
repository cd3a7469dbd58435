import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Acme, acme, NOW } from '#db/contract/acme.ts'
import { seedTokens } from '#db/contract/seed-token.ts'
import { createPlaceStore } from '#db/place-store.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { TokenUse } from '#lib/tokens/usage-counter.ts'
import { PLACES_MAX } from '#lib/usage/decide-places.ts'
import type { Place, PlaceKind } from '#lib/usage/place.ts'
import { createPlaceRecorder } from '#lib/usage/place-recorder.ts'
import type { PlaceStore } from '#lib/usage/place-store.ts'
import { recordAll } from '#lib/usage/record-all.ts'

let room: Acme
beforeEach(async () => {
  room = await acme()
  await seedTokens(room.connection, [
    { tenantId: 'acme', id: 'one', ownerUserId: 'mia' },
    { tenantId: 'globex', id: 'other' },
  ])
})
afterEach(() => room.remove())

const use = (change: Partial<TokenUse> = {}): TokenUse => ({
  tenantId: 'acme',
  tokenId: 'one',
  credentialId: 'jwt-1',
  outcome: 'accepted',
  at: NOW,
  address: '192.0.2.1',
  agent: 'curl/8',
  ...change,
})

const recorderOver = (change: Partial<PlaceStore> = {}) => {
  const store = { ...createPlaceStore(room.connection), ...change }
  const asked: number[] = []
  const placeStore: PlaceStore = {
    ...store,
    placesOf: (tokens) => {
      asked.push(tokens.length)
      return store.placesOf(tokens)
    },
  }
  return { asked, recorder: createPlaceRecorder({ ...room.ports, placeStore }) }
}
const placesKept = async () => {
  const rows = await room.connection.queries.select().from(room.connection.schema.tokenPlaces)
  return rows.map(({ tokenId, value }) => `${tokenId} ${value}`).sort()
}
const told = async () => {
  const { queries, schema } = room.connection
  const rows = await queries.select().from(schema.auditEvents)
  return rows.map(({ tenantId, type, targetId, address, details }) => {
    const { network, agent } = JSON.parse(details)
    return [tenantId, type, targetId, address, network ?? agent].join(' ')
  })
}

describe('a new place', () => {
  it('is kept and told of, the first ones only kept', async () => {
    const { recorder } = recorderOver()
    recorder.count(use())
    await recorder.flush()
    expect(await placesKept()).toEqual(['one 192.0.0.0/12', 'one curl'])
    expect(await told()).toEqual([])
    recorder.count(use({ address: '203.0.113.9' }))
    recorder.count(use({ agent: 'python-requests/2.32' }))
    await recorder.flush()
    expect((await told()).sort()).toEqual([
      'acme token.new_place one 192.0.2.1 python-requests',
      'acme token.new_place one 203.0.113.9 203.0.0.0/12',
    ])
  })

  it('is noticed though a known one is used in the same second', async () => {
    const { recorder } = recorderOver()
    recorder.count(use())
    await recorder.flush()
    recorder.count(use({ agent: 'evil/1' }))
    recorder.count(use({ at: NOW + 1 }))
    await recorder.flush()
    expect(await told()).toEqual(['acme token.new_place one 192.0.2.1 evil'])
  })

  it('is none where the use was refused, and none for a token that is gone', async () => {
    const { recorder } = recorderOver()
    recorder.count(use({ outcome: 'refused' }))
    recorder.count(use({ tokenId: 'gone' }))
    recorder.count(use({ tenantId: 'globex' }))
    await recorder.flush()
    expect(await placesKept()).toEqual([])
  })

  it('is told of once by two processes at a time', async () => {
    const elsewhere = await room.open()
    const one = recorderOver().recorder
    const other = createPlaceRecorder({ ...room.ports, placeStore: createPlaceStore(elsewhere) })
    one.count(use())
    await one.flush()
    for (const recorder of [one, other]) recorder.count(use({ agent: 'node' }))
    await Promise.all([one.flush(), other.flush()])
    await elsewhere.close()
    expect(await told()).toEqual(['acme token.new_place one 192.0.2.1 node'])
  })
})

describe('a known place', () => {
  it('asks the store nothing, whatever the version of the program', async () => {
    const { recorder, asked } = recorderOver()
    recorder.count(use())
    await recorder.flush()
    for (let second = 0; second < 20; second += 1) {
      recorder.count(use({ at: NOW + second, agent: `curl/8.${second}`, address: `192.0.2.${second}` }))
      await recorder.flush()
    }
    expect(asked).toEqual([1])
  })

  it('is read again by a process that has just started, and nothing is written', async () => {
    const first = recorderOver()
    first.recorder.count(use())
    await first.recorder.flush()
    const { recorder } = recorderOver({
      add: () => Promise.reject(new Error('nothing is new')),
    })
    recorder.count(use())
    await recorder.flush()
    expect(await placesKept()).toHaveLength(2)
  })
})

describe('bounds', () => {
  it('forget the tokens that are longest unused once the places of all take 32 MB', async () => {
    const many = (kind: PlaceKind, tokenId: string): readonly Place[] =>
      Array.from({ length: PLACES_MAX }, (_, n) => ({
        tenantId: 'acme',
        tokenId,
        kind,
        value: `${n}`.padStart(60, kind),
      }))
    const { recorder, asked } = recorderOver({
      placesOf: async (tokens) =>
        tokens.flatMap(({ tokenId }) => [...many('network', tokenId), ...many('agent', tokenId)]),
    })
    const countAsked = async (...tokenIds: readonly string[]) => {
      asked.length = 0
      for (const next of tokenIds.map((tokenId) => use({ tokenId }))) recorder.count(next)
      await recorder.flush()
      return asked.reduce((sum, count) => sum + count, 0)
    }
    // Some 34 kB each.
    const tokenIds = Array.from({ length: 1200 }, (_, n) => `token-${n}`)
    expect(await countAsked(...tokenIds)).toBe(1200)
    expect(await countAsked(...tokenIds.slice(-900))).toBe(0)
    expect(await countAsked(...tokenIds.slice(0, 200))).toBe(200)
  })

  it('keep no more than a hundred places of a kind, and tell of no more', async () => {
    const { recorder } = recorderOver()
    for (let index = 0; index < 300; index += 1) recorder.count(use({ agent: `agent-${index}/1` }))
    await recorder.flush()
    expect(await placesKept()).toHaveLength(101)
    expect(await told()).toHaveLength(99)
  })

  it('leave what one token asks too much for its next use, so that it is looked through in no time', async () => {
    const { recorder, asked } = recorderOver()
    for (let index = 0; index < 1000; index += 1) recorder.count(use({ agent: `agent-${index}/1` }))
    recorder.count(use({ tokenId: 'gone' }))
    await recorder.flush()
    expect(asked).toEqual([201])
  })

  it('leave what is too much in a second for its next use', async () => {
    const { recorder, asked } = recorderOver()
    for (let index = 0; index < 6000; index += 1) recorder.count(use({ tokenId: `gone-${index}` }))
    await recorder.flush()
    expect(asked.reduce((sum, count) => sum + count, 0)).toBe(5000)
    expect(Math.max(...asked)).toBe(250)
  })
})

describe('while the store is away', () => {
  it('places wait for the next flush, and other recorders do not', async () => {
    const store = createPlaceStore(room.connection)
    const surroundings = { away: true }
    const { recorder } = recorderOver({
      add: (...added) =>
        surroundings.away ? Promise.reject(new PortalError('store.unavailable')) : store.add(...added),
    })
    const flushed: string[] = []
    const other = { count: () => undefined, flush: async () => void flushed.push('other') }
    const all = recordAll([recorder, other])
    all.count(use())
    await expect(all.flush()).rejects.toMatchObject({ code: 'store.unavailable' })
    expect(flushed).toEqual(['other'])
    surroundings.away = false
    await all.flush()
    expect(await placesKept()).toHaveLength(2)
  })
})
