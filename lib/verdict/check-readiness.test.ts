import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld } from '#db/contract/api-world.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { checkReadiness } from '#lib/verdict/check-readiness.ts'

let world: ApiWorld
beforeEach(async () => {
  world = await apiWorld()
})
afterEach(() => world.remove())

describe('checkReadiness', () => {
  const good = {
    changeFeed: { commitMark: () => 1 },
    environmentStore: { settings: async () => undefined },
    keyRing: { catchUp: async () => undefined },
  }
  const unavailable = () => new PortalError('store.unavailable')

  it('is ready while feed, store and keys can be read', async () => {
    expect(await world.portal.readiness()).toBe(true)
    expect(await checkReadiness(good)()).toBe(true)
  })

  it('says what is not: the feed', async () => {
    const commitMark = () => {
      throw unavailable()
    }
    expect(await checkReadiness({ ...good, changeFeed: { commitMark } })()).toBe('the change feed cannot be read')
  })

  it('says what is not: the store, or the keys in it', async () => {
    const away = () => Promise.reject(unavailable())
    for (const ports of [{ environmentStore: { settings: away } }, { keyRing: { catchUp: away } }])
      expect(await checkReadiness({ ...good, ...ports })()).toBe('the store cannot be read')
  })

  it('does not wait for a store that hangs', async () => {
    const hanging = { settings: () => new Promise<never>(() => undefined) }
    expect(await checkReadiness({ ...good, environmentStore: hanging }, 5)()).toBe('the store does not answer')
  })

  it('reads the store once for all who ask meanwhile, and again for who asks later', async () => {
    const store = { reads: 0, answer: Promise.withResolvers<void>() }
    const settings = (): Promise<void> => {
      store.reads += 1
      return store.answer.promise
    }
    const isReady = checkReadiness({ ...good, environmentStore: { settings } })
    const asked = [isReady(), isReady(), isReady()]
    expect(store.reads).toBe(1)
    store.answer.resolve()
    expect(await Promise.all(asked)).toEqual([true, true, true])
    store.answer = Promise.withResolvers()
    store.answer.reject(unavailable())
    expect(await isReady()).toBe('the store cannot be read')
    expect(store.reads).toBe(2)
  })

  it('asks a store that hangs no second time', async () => {
    const store = { reads: 0 }
    const settings = (): Promise<never> => {
      store.reads += 1
      return new Promise(() => undefined)
    }
    const isReady = checkReadiness({ ...good, environmentStore: { settings } }, 5)
    for (let asked = 0; asked < 3; asked += 1) expect(await isReady()).toBe('the store does not answer')
    expect(store.reads).toBe(1)
  })

  it('is not ready once the database is closed under it', async () => {
    await world.portal.close()
    expect(await world.portal.readiness()).not.toBe(true)
  })
})
