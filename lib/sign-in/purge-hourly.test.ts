import { describe, expect, it, vi } from 'vitest'
import { purgeHourly } from '#lib/sign-in/purge-hourly.ts'

describe('purgeHourly', () => {
  it('purges at once, again and again, and stops', async () => {
    let count = 0
    const purging = purgeHourly(async () => void (count += 1), { error: () => undefined }, 5)
    await vi.waitFor(() => expect(count).toBeGreaterThanOrEqual(3))
    await purging.stop()
    const before = count
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(count).toBe(before)
  })

  it('logs a failure and tries again', async () => {
    const entries: unknown[] = []
    const failure = new Error('disk is full')
    const purging = purgeHourly(() => Promise.reject(failure), { error: (...entry) => void entries.push(entry) }, 5)
    await vi.waitFor(() => expect(entries.length).toBeGreaterThanOrEqual(2))
    await purging.stop()
    expect(entries[0]).toEqual(['old sessions could not be deleted:', failure])
  })
})
