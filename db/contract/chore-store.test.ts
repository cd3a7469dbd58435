import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChoreStore } from '#db/chore-store.ts'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import type { ChoreStore } from '#lib/chores/chore-store.ts'

const NOW = 1_800_000_000
const HOUR = 3600

let database: TemporaryDatabase
let store: ChoreStore
beforeEach(async () => {
  database = await temporaryDatabase()
  store = createChoreStore(database.connection)
})
afterEach(() => database.remove())

const turn = (holder: string, now = NOW) => ({
  name: 'purge',
  holder,
  now,
  dueBefore: now - HOUR,
  leaseEndsAt: now + 600,
  latest: now + 1200,
})

describe('taking a chore', () => {
  it('that was never done answers 0, to one alone', async () => {
    expect(await store.take(turn('a'))).toBe(0)
    expect(await store.take(turn('b'))).toBeUndefined()
    expect(await store.take({ ...turn('b'), name: 'another' })).toBe(0)
  })

  it('that is done waits until it is due, and answers from where to go on', async () => {
    await store.take(turn('a'))
    expect(await store.finish(turn('a'), { doneUntil: NOW, freeFrom: NOW })).toBe(true)
    expect(await store.take(turn('b', NOW + HOUR - 1))).toBeUndefined()
    expect(await store.take(turn('b', NOW + HOUR))).toBe(NOW)
  })

  it('shows up to when each is done, which is what monitoring asks', async () => {
    expect(await store.done()).toEqual([])
    await store.take(turn('a'))
    await store.take({ ...turn('b'), name: 'another' })
    await store.finish(turn('a'), { doneUntil: NOW, freeFrom: NOW })
    expect(await store.done()).toEqual([
      { name: 'another', doneUntil: 0 },
      { name: 'purge', doneUntil: NOW },
    ])
  })

  it('that was done or taken at a time which has yet to come is due: that clock was wrong', async () => {
    await store.take(turn('a'))
    await store.finish(turn('a'), { doneUntil: NOW, freeFrom: NOW })
    const later = NOW + 2 * HOUR
    await store.take(turn('b', later))
    expect(await store.take(turn('a', later - 601))).toBe(NOW)
    await store.finish(turn('a'), { doneUntil: later, freeFrom: later })
    expect(await store.take(turn('b', later - 1200))).toBeUndefined()
    expect(await store.take(turn('b', later - 1201))).toBe(later)
  })

  it('that failed waits until it is free, and goes on from where it was', async () => {
    await store.take(turn('a'))
    await store.finish(turn('a'), { doneUntil: undefined, freeFrom: NOW + 60 })
    expect(await store.take(turn('b', NOW + 59))).toBeUndefined()
    expect(await store.take(turn('b', NOW + 60))).toBe(0)
  })

  it('from one who died goes to another once the lease is over; the dead one’s end counts no more', async () => {
    await store.take(turn('a'))
    expect(await store.take(turn('b', NOW + 599))).toBeUndefined()
    expect(await store.take(turn('b', NOW + 600))).toBe(0)
    expect(await store.finish(turn('a'), { doneUntil: NOW, freeFrom: NOW })).toBe(false)
    expect(await store.take(turn('c', NOW + 601))).toBeUndefined()
  })

  it('by two connections at once goes to one', async () => {
    const other = await database.open()
    try {
      const stores = [store, createChoreStore(other)]
      for (let round = 0; round < 20; round += 1) {
        const name = `chore ${round}`
        const taken = await Promise.all(stores.map((one, at) => one.take({ ...turn(`holder ${at}`), name })))
        expect(taken.filter((since) => since !== undefined)).toEqual([0])
      }
    } finally {
      await other.close()
    }
  })
})
