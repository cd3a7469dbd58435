import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { keepRunning } from '#lib/chores/keep-running.ts'

const until = async (isSo: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 500 && !isSo(); turn += 1) await wait(2)
  expect(isSo()).toBe(true)
}

it('runs at once, again and again, and no more once it is stopped', async () => {
  let runs = 0
  const running = keepRunning(async () => void (runs += 1), 5)
  expect(runs).toBe(1)
  await until(() => runs >= 3)
  await running.stop()
  const after = runs
  await wait(30)
  expect(runs).toBe(after)
})

it('never runs twice at a time, and a stop waits for what is under way', async () => {
  const gate = Promise.withResolvers<void>()
  let begun = 0
  let ended = 0
  const running = keepRunning(async () => {
    begun += 1
    await gate.promise
    ended += 1
  }, 2)
  await wait(20)
  expect(begun).toBe(1)
  const stopped = running.stop()
  gate.resolve()
  await stopped
  expect([begun, ended]).toEqual([1, 1])
})
