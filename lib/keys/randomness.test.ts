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

describe('bytes', () => {
  it('are as many as asked for, and never the same twice', () => {
    const seen = new Set<string>()
    for (const count of [16, 32, 4000, 96, 97, 4096, 5000, 16, 1])
      for (let turn = 0; turn < 40; turn += 1) {
        const taken = systemRandomness.bytes(count)
        expect(taken).toHaveLength(count)
        if (count < 16) continue
        // Each sixteenth of them alone, so that no part of what is drawn ahead is handed out again.
        for (let at = 0; at + 16 <= count; at += 16) {
          const part = Buffer.from(taken.subarray(at, at + 16)).toString('hex')
          expect(seen.has(part)).toBe(false)
          seen.add(part)
        }
      }
  })

  it('are the caller’s own: changing them changes nobody else’s', () => {
    const [one, other] = [systemRandomness.bytes(16), systemRandomness.bytes(16)]
    const before = Buffer.from(other).toString('hex')
    one.fill(0)
    expect(Buffer.from(other).toString('hex')).toBe(before)
  })

  it('are empty where none are asked for', () => {
    expect(systemRandomness.bytes(0)).toHaveLength(0)
  })
})
