import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TemporaryDatabase, temporaryDatabase } from '#db/contract/temporary-database.ts'
import { createGuessStore } from '#db/guess-store.ts'
import type { GuessStore } from '#lib/sign-in/guess-store.ts'

let database: TemporaryDatabase
let store: GuessStore
beforeAll(async () => {
  database = await temporaryDatabase()
  store = createGuessStore(database.connection)
})
afterAll(() => database.remove())

const account = { scope: 'password-account', digest: 'a' } as const
const address = { scope: 'password-address', digest: 'a' } as const
const first = { failures: 1, since: 5, lastAt: 5 }

describe('counting guesses', () => {
  it('writes over what was seen, or nothing at all', async () => {
    expect(await store.read([account, address])).toEqual([undefined, undefined])
    expect(await store.count([{ key: account, seen: undefined, next: first }])).toBe(true)
    const both = [
      { key: address, seen: undefined, next: first },
      { key: account, seen: undefined, next: first },
    ]
    expect(await store.count(both)).toBe(false)
    expect(await store.read([address, account])).toEqual([undefined, first])
    const second = { failures: 2, since: 5, lastAt: 9 }
    expect(await store.count([{ key: account, seen: first, next: second }])).toBe(true)
    expect(await store.count([{ key: account, seen: first, next: second }])).toBe(false)
  })

  it('is exact over connections', async () => {
    const other = await database.open()
    const key = { scope: 'password-account', digest: 'both' } as const
    const outcomes = await Promise.all([
      store.count([{ key, seen: undefined, next: first }]),
      createGuessStore(other).count([{ key, seen: undefined, next: first }]),
    ])
    await other.close()
    expect(outcomes.filter(Boolean)).toHaveLength(1)
  })

  it('is given back by one, never below none, or forgotten', async () => {
    const key = { scope: 'password-address', digest: 'back' } as const
    await store.count([{ key, seen: undefined, next: first }])
    await store.settle({ giveBack: [key], forget: [] })
    await store.settle({ giveBack: [key], forget: [] })
    expect(await store.read([key])).toEqual([{ ...first, failures: 0 }])
    await store.settle({ giveBack: [], forget: [key] })
    expect(await store.read([key])).toEqual([undefined])
  })

  it('is purged by its last failure', async () => {
    const key = { scope: 'mail-account', digest: 'old' } as const
    await store.count([{ key, seen: undefined, next: first }])
    await store.purge(5)
    expect(await store.read([key])).toEqual([first])
    await store.purge(6)
    expect(await store.read([key])).toEqual([undefined])
  })
})
