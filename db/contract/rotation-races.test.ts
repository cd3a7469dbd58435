import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RotationRaceReport, RotationRaceStep, RotationRaceTask } from '#db/contract/rotation-race-fixture.ts'
import { personal, START, type TokenFixture, tokenFixture } from '#db/contract/token-fixture.ts'
import type { Token } from '#lib/tokens/token.ts'
import { ENDED_CREDENTIALS_MAX } from '#lib/tokens/token-store.ts'

let world: TokenFixture
let token: Token
beforeEach(async () => {
  world = await tokenFixture()
  token = (await world.tokens.issue(await world.as('mia'), personal())).token
})
afterEach(() => world.remove())

// Later than the token was made, so that the order of its credentials is the order of their making.
const LATER = START + 60

const thread = (steps: readonly RotationRaceStep[]): Promise<RotationRaceReport> => {
  const worker = new Worker(new URL('rotation-race-fixture.ts', import.meta.url), {
    workerData: { url: world.url, tokenId: token.id, now: LATER, steps } satisfies RotationRaceTask,
  })
  return new Promise((done, fail) => {
    worker.once('message', done)
    worker.once('error', fail)
  })
}

const many = (count: number, ...steps: RotationRaceStep[]) =>
  Array.from({ length: count }, (_, index) => steps[index % steps.length] ?? 'rotate')

const credentials = () => world.ports.tokenStore.credentials('acme', token.id)
const count = (met: readonly string[], what: string) => met.filter((one) => one === what).length

/** What has to be true of a token however its steps were mixed. */
const expectWhole = async (met: readonly string[]) => {
  const all = await credentials()
  const current = all.filter(({ endsAt }) => endsAt === null)
  const former = all.filter(({ endsAt }) => endsAt !== null && endsAt > LATER)
  expect([current.length, former.length <= 1]).toEqual([1, true])
  // Each rotation made one; of those that ended twenty are kept.
  const made = 1 + count(met, 'rotate')
  expect(all.length).toBeLessThanOrEqual(made)
  expect(all.length).toBeGreaterThanOrEqual(Math.min(made, 1 + ENDED_CREDENTIALS_MAX))
  const changes = await world.raw.rows("select seq from changes where kind = 'token'")
  const events = await world.raw.rows('select type, count(*) as n from audit_events group by type')
  const recorded = Object.fromEntries(events.map(({ type, n }) => [String(type), Number(n)]))
  expect(recorded['token.rotated'] ?? 0).toBe(count(met, 'rotate'))
  expect(recorded['token.rotation_finished'] ?? 0).toBe(count(met, 'finish'))
  expect(recorded['token.rotation_cancelled'] ?? 0).toBe(count(met, 'cancel'))
  const extended = recorded['token.rotation_extended'] ?? 0
  // An extension to the end it has is a success that changes nothing.
  expect(extended).toBeLessThanOrEqual(count(met, 'extend'))
  const changed = (['rotate', 'finish', 'cancel'] as const).reduce((sum, step) => sum + count(met, step), extended)
  expect(changes).toHaveLength(changed)
  const refusals = met.filter((one) => !['rotate', 'finish', 'extend', 'cancel'].includes(one))
  expect(refusals.filter((code) => code !== 'token.no_rotation' && code !== 'request.stale')).toEqual([])
}

describe('processes that rotate, finish, extend and cancel one token at once', () => {
  it('leave one credential that stays and one former at most, each step recorded once', async () => {
    const met = await Promise.all([
      thread(many(24, 'rotate', 'finish', 'rotate', 'cancel')),
      thread(many(24, 'rotate', 'cancel', 'extend', 'rotate')),
    ])
    expect(count(met.flat(), 'rotate')).toBeGreaterThan(0)
    await expectWhole(met.flat())
  })

  it('finish or cancel a rotation once between them', async () => {
    await world.tokens.rotate(await world.as('mia'), token.id)
    const met = (await Promise.all([thread(['finish']), thread(['cancel'])])).flat()
    expect(met.filter((one) => one === 'finish' || one === 'cancel')).toHaveLength(1)
    expect(count(met, 'token.no_rotation')).toBe(1)
    const good = (await credentials()).filter(({ endsAt }) => endsAt === null || endsAt > LATER)
    expect(good).toHaveLength(1)
  })
})
