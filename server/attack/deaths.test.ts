import { describe, expect, it } from 'vitest'
import { crashWorld } from '#server/attack/crash-world.fixture.ts'
import { dieAtSteps } from '#server/attack/deaths.fixture.ts'

// The long form, with every step, is `npm run prove -- crash-at-each-write`.

const die = async (dying: Parameters<typeof dieAtSteps>[1]) => {
  const world = await crashWorld()
  try {
    return await dieAtSteps(world, dying)
  } finally {
    await world.remove()
  }
}

describe('a server that dies in the middle of a list of writes', { timeout: 300_000 }, () => {
  it('leaves all of it or nothing, keeps what it acknowledged, and the same request ends well', async () => {
    const { within, faults } = await die({ every: 11 })
    expect(faults).toEqual([])
    expect(new Set(within)).toEqual(new Set(['issued', 'exchanged', 'rotated', 'revoked']))
  })

  it('is found when its lists are no transactions', async () => {
    const { faults } = await die({ every: 17, env: { FIXTURE_TORN: '1' } })
    expect(faults.join('\n')).toMatch(/by halves/)
  })
})
