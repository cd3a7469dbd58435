import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from '#server/attack/race-server.fixture.ts'
import { given, idOf, newClient, times, wish } from '#server/attack/race-world.fixture.ts'
import { serverOfWorkers } from '#server/attack/workers.fixture.ts'

const WORKERS = 3
let world: Awaited<ReturnType<typeof serverOfWorkers>>
beforeAll(async () => {
  world = await serverOfWorkers(WORKERS)
}, 180_000)
afterAll(() => world.remove())

/** The same of every process: so many requests at once need as many connections, which they take in turn. */
const crowd = (ask: () => Promise<Answer>) => Promise.all(times(4 * WORKERS, ask))
const statuses = async (ask: () => Promise<Answer>) => new Set((await crowd(ask)).map(({ status }) => status))

const issue = async () => {
  const made = await world.one.manage(world.owner.cookie, 'POST', world.owner.tokens, wish())
  return { id: idOf(made), text: String(made.json['accessToken']) }
}
const revoke = (id: string) => world.one.manage(world.owner.cookie, 'DELETE', `${world.owner.tokens}/${id}`)

describe('several processes behind one port', () => {
  it('refuse what one of them revoked from the next request on, whichever gets it', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id, text } = await issue()
      expect(await statuses(() => world.one.validate(text))).toEqual(new Set([200]))
      expect((await revoke(id)).status).toBe(200)
      expect(await statuses(() => world.one.validate(text))).toEqual(new Set([401]))
    }
  })
})

describe('several writers of one file, all at once', () => {
  it('answer every exchange and every revocation, and lose none', async () => {
    const clients = await Promise.all(times(4, () => newClient(world)))
    const exchanged: Answer[] = []
    const lanes = times(24, async (lane) => {
      for (let turn = 0; turn < 20; turn += 1) {
        const answer = await clients[lane % clients.length]?.exchange(world.one)
        if (answer) exchanged.push(answer)
      }
    })
    const revocations = times(8, async () => {
      const { id, text } = await issue()
      expect((await world.one.validate(text)).status).toBe(200)
      expect((await revoke(id)).status).toBe(200)
      expect((await world.one.validate(text)).status).toBe(401)
    })
    await Promise.all([...lanes, ...revocations])
    expect(exchanged).toHaveLength(24 * 20)
    expect(new Set(exchanged.map(({ status }) => status))).toEqual(new Set([200]))
    const { refreshTokens } = world.records.schema
    const rows = await world.records.queries.select({ sequence: refreshTokens.sequence }).from(refreshTokens)
    expect(rows).toHaveLength(exchanged.length)
    for (const answer of exchanged.slice(-20))
      expect((await world.one.validate(given(answer).bearer, 'authorization')).status).toBe(200)
  }, 120_000)
})
