import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CrashWorld, crashWorld } from '#server/attack/crash-world.fixture.ts'
import { type Killed, killRounds, SERVED } from '#server/attack/kills.fixture.ts'

// The long form is `npm run prove -- kill-9`.

const FAULTY = join(import.meta.dirname, 'faulty-portal.fixture.ts')

const kill = async (rounds: number, killed: Killed) => {
  const world: CrashWorld = await crashWorld()
  try {
    return await killRounds(world, rounds, killed)
  } finally {
    await world.remove()
  }
}

describe('kill -9 under mixed load', { timeout: 300_000 }, () => {
  it('loses nothing that was acknowledged, and leaves nothing by halves', async () => {
    const { acknowledged, open, faults } = await kill(3, { program: SERVED })
    expect(faults).toEqual([])
    expect(acknowledged).toBeGreaterThan(30)
    // Else they were killed while nothing was under way.
    expect(open).toBeGreaterThan(3)
  })

  it('finds a server that answers first and writes afterwards', async () => {
    const { faults } = await kill(1, { program: FAULTY, env: { FIXTURE_FAULT: 'answers-first' }, least: 40 })
    expect(faults.join('\n')).toMatch(/lost: \d+ × (edited|revoked)/)
  })
})
