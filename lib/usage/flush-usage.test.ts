import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { flushUsage } from '#lib/usage/flush-usage.ts'

const until = async (isSo: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 500 && !isSo(); turn += 1) await wait(2)
  expect(isSo()).toBe(true)
}

it('flushes again and again, once more when stopped, and then no more', async () => {
  let flushes = 0
  const flush = flushUsage({ flush: async () => void (flushes += 1) }, { error: () => undefined }, 5)
  await until(() => flushes >= 3)
  const before = flushes
  await flush.stop()
  const after = flushes
  expect(after).toBeGreaterThan(before)
  await wait(30)
  expect(flushes).toBe(after)
})

it('tells once of a store that is away, and again after it was back', async () => {
  const told: string[] = []
  const store = { away: true, asked: 0 }
  const recorder = {
    flush: async () => {
      store.asked += 1
      if (store.away) throw new Error('away')
    },
  }
  const flush = flushUsage(recorder, { error: (text) => told.push(text) }, 5)
  await until(() => store.asked >= 3)
  expect(told).toHaveLength(1)
  store.away = false
  const { asked } = store
  await until(() => store.asked > asked + 1)
  store.away = true
  await until(() => told.length === 2)
  await flush.stop()
  expect(told).toHaveLength(2)
})
