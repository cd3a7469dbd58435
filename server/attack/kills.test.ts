import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CrashWorld, crashWorld } from '#server/attack/crash-world.fixture.ts'
import { type Killed, killRounds, SERVED } from '#server/attack/kills.fixture.ts'
import { type KilledWorkers, killWorkerRounds } from '#server/attack/worker-kills.fixture.ts'

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

describe.runIf(process.platform === 'linux')('kill -9 of one of two processes', { timeout: 300_000 }, () => {
  const killWorkers = async (rounds: number, killed: KilledWorkers) => {
    const world = await crashWorld()
    try {
      return await killWorkerRounds(world, rounds, killed)
    } finally {
      await world.remove()
    }
  }

  it('or of both loses nothing that was acknowledged, and leaves nothing by halves', async () => {
    const { acknowledged, open, faults } = await killWorkers(5, { program: SERVED })
    expect(faults).toEqual([])
    expect(acknowledged).toBeGreaterThan(100)
    expect(open).toBeGreaterThan(3)
  })

  it('finds processes that answer first and write afterwards', async () => {
    const { faults } = await killWorkers(3, { program: FAULTY, env: { FIXTURE_FAULT: 'answers-first' } })
    expect(faults.join('\n')).toMatch(/lost: \d+ × (edited|revoked)/)
  })
})
