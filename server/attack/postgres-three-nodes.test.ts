import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lostOf } from '#server/attack/node-load.fixture.ts'
import { killNodes, restartPostgres, revocationRounds } from '#server/attack/node-rounds.fixture.ts'
import { type ThreeNodes, threeNodes } from '#server/attack/three-nodes.fixture.ts'

// What `npm run prove` tries for long: postgres-revocation-latency, postgres-nodes-under-load, postgres-restart-under-load.

const STALENESS_SECONDS = 3
let world: ThreeNodes
beforeAll(async () => {
  world = await threeNodes({ stalenessSeconds: STALENESS_SECONDS })
}, 180_000)
afterAll(() => world.remove())

describe('a revocation on one of three nodes', () => {
  it('is refused by all of them', async () => {
    expect((await revocationRounds(world, 20, 10_000)).faults).toEqual([])
  })

  it('would not be by one that hears nothing (saboteur)', async () => {
    world.nodes[2]?.news.hold()
    const { faults } = await revocationRounds(world, 1, 500)
    world.nodes[2]?.news.release()
    expect(faults).toEqual(['round 0: not refused within 500 ms'])
  })
})

describe('nodes that are killed and started under load', () => {
  it('leave nobody without an answer who asks once more, and lose nothing', async () => {
    const { tries, acknowledged, faults } = await killNodes(world, 2)
    expect(faults).toEqual([])
    expect(tries.failed).toBe(0)
    expect(tries.retried).toBeGreaterThan(0)
    expect(acknowledged).toBeGreaterThan(10)
  }, 180_000)

  it('leave some without one who do not (saboteur)', async () => {
    expect((await killNodes(world, 2, 0)).tries.failed).toBeGreaterThan(0)
  }, 180_000)
})

describe('PostgreSQL taken away under load', () => {
  it('leaves known tokens good for as long as is set, then unknown, and all as it was once it is back', async () => {
    const { acknowledged, faults } = await restartPostgres(world, 3)
    expect(faults).toEqual([])
    expect(acknowledged).toBeGreaterThan(10)
  }, 240_000)

  it.each([
    ['longer', 0, /200 for a known token after \d+ ms/],
    ['shorter', 60, /503 for a known token after \d+ ms/],
  ])(
    'finds nodes that go on for %s than is set (saboteur)',
    async (_, stalenessSeconds, fault) => {
      const { faults } = await restartPostgres({ ...world, stalenessSeconds }, 2)
      expect(faults.join('\n')).toMatch(fault)
    },
    240_000,
  )
})

describe('what is lost', () => {
  it('is found: a token that nobody has, and one that was revoked and is good (saboteur)', async () => {
    const made = await world.nodes[0]?.manage(world.owner.cookie, 'POST', world.owner.tokens, {
      context: 'user',
      type: 'access_token',
      name: 'kept',
      grant: { mode: 'owner' },
    })
    const text = String(made?.json['accessToken'])
    const [node] = world.nodes
    const lost = await lostOf(
      node ? [node] : [],
      [
        { id: 'gone', text: 'nobody has it', state: 'good' },
        { id: 'revived', text, state: 'ended' },
      ],
      200,
    )
    expect(lost).toEqual(['gone is not good on node 0', 'revived is not ended on node 0'])
  })
})
