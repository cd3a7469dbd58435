import { describe, expect, it } from 'vitest'
import { inOneProcess } from '#server/attack/one-process.fixture.ts'
import type { RaceWorld } from '#server/attack/race-world.fixture.ts'
import { REFRESH_RACES } from '#server/attack/refresh-races.fixture.ts'
import { RIGHTS_RACES } from '#server/attack/rights-races.fixture.ts'
import { SABOTEURS } from '#server/attack/saboteurs.fixture.ts'

// A race that nobody can lose proves nothing.

const RACES = [...REFRESH_RACES, ...RIGHTS_RACES]

// Generous: each world is a database of its own, and a shared machine may be ten times slower than itself.
const PATIENCE_MS = 180_000
const ROUNDS_MAX = 6

/** The faults of the first round that has any. */
const firstFaults = async (world: RaceWorld, id: string): Promise<readonly string[]> => {
  let faults: readonly string[] = []
  for (let round = 0; round < ROUNDS_MAX && faults.length === 0; round += 1)
    for (const race of RACES.filter((each) => each.id === id)) faults = await race.run(world, round)
  return faults
}

describe('a saboteur', { timeout: PATIENCE_MS }, () => {
  it.each(SABOTEURS)('that %s is found: %s', async (_, id, sabotage) => {
    const world = await inOneProcess(sabotage)
    try {
      expect(await firstFaults(world, id)).not.toEqual([])
    } finally {
      await world.remove()
    }
  })

  it('stands behind every race', () => {
    expect(new Set(SABOTEURS.map(([, id]) => id))).toEqual(new Set(RACES.map(({ id }) => id)))
  })
})

describe('without one', { timeout: PATIENCE_MS }, () => {
  it('the same world loses no race', async () => {
    const world = await inOneProcess()
    try {
      for (const race of RACES) expect([race.id, await race.run(world, 0)]).toEqual([race.id, []])
    } finally {
      await world.remove()
    }
  })
})
