import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { systemRandomness } from '#lib/keys/randomness.ts'

const timeIn = (uuid: string): number => Number.parseInt(uuid.replace('-', '').slice(0, 12), 16)

describe('an ordered UUID', () => {
  it('is of version 7, and tells its millisecond', () => {
    const before = Date.now()
    const uuid = systemRandomness.orderedUuid()
    expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    expect(timeIn(uuid)).toBeGreaterThanOrEqual(before)
    expect(timeIn(uuid)).toBeLessThanOrEqual(Date.now())
  })

  it('stands behind those of former milliseconds', async () => {
    const uuids: string[] = []
    for (let count = 0; count < 5; count += 1) {
      uuids.push(systemRandomness.orderedUuid())
      await delay(2)
    }
    expect(uuids.toSorted()).toEqual(uuids)
  })

  it('is drawn anew each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => systemRandomness.orderedUuid())).size).toBe(1000)
  })
})

describe('any other UUID', () => {
  it('tells nothing', () => {
    expect(systemRandomness.uuid()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  })
})
