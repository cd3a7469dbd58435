import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Server } from '#server/attack/race-server.fixture.ts'
import { idOf, serverAt, times, wish } from '#server/attack/race-world.fixture.ts'
import { REFRESH_RACES } from '#server/attack/refresh-races.fixture.ts'
import { RIGHTS_RACES } from '#server/attack/rights-races.fixture.ts'
import { twoServers } from '#server/attack/two-servers.fixture.ts'

// Races of real processes, in short; `npm run prove` runs them for long.
const RACES = [...REFRESH_RACES, ...RIGHTS_RACES]

let world: Awaited<ReturnType<typeof twoServers>>
beforeAll(async () => {
  world = await twoServers()
}, 180_000)
afterAll(() => world.remove())

const server = (index: number): Server => serverAt(world, index)
const text = (value: unknown): string => String(value)
const issue = async (change: object = {}, cookie = world.owner.cookie): Promise<Answer> =>
  world.one.manage(cookie, 'POST', world.owner.tokens, wish(change))

describe('what one process ended, another refuses on its next request', () => {
  it.each([
    ['DELETE', '', undefined, 'token.revoked'],
    ['POST', '/pause', {}, 'token.paused'],
  ])('%s %s', async (method, action, body, code) => {
    for (let round = 0; round < 8; round += 1) {
      const made = await issue()
      const accessToken = text(made.json['accessToken'])
      // Twice: the second answer comes from memory.
      expect((await world.other.validate(accessToken)).status).toBe(200)
      expect((await world.other.validate(accessToken)).status).toBe(200)
      const path = `${world.owner.tokens}/${idOf(made)}${action}`
      expect((await world.one.manage(world.owner.cookie, method, path, body)).status).toBe(200)
      expect(await world.other.validate(accessToken)).toMatchObject({ status: 401, json: { code } })
    }
  })
})

describe('one request sent many times to both processes', () => {
  it('makes one token, and says its secret once', async () => {
    const answers = await Promise.all(
      times(16, (index) =>
        server(index).manage(world.owner.cookie, 'POST', world.owner.tokens, wish(), 'the-same-request'),
      ),
    )
    const made = answers.filter(({ status }) => status === 201)
    expect(made).toHaveLength(1)
    const secret = text(made[0]?.json['accessToken'])
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(answer).toMatchObject({ status: 409, json: { code: 'token.already_issued' } })
      expect(JSON.stringify(answer.json)).not.toContain(secret)
      expect(made.map(idOf).filter((id) => JSON.stringify(answer.json).includes(id))).toHaveLength(1)
    }
  })
})

describe('races', { timeout: 180_000 }, () => {
  it.each(RACES.map((race) => [race.id, race] as const))('%s', async (_, race) => {
    for (let round = 0; round < race.rounds.short; round += 1) expect(await race.run(world, round)).toEqual([])
  })
})

describe('kill -9 in the middle of writes', () => {
  it('loses nothing that was answered, and revives nothing', async () => {
    const { victim } = world
    const alive = new Map<string, string>()
    const ended = new Map<string, string>()
    const write = async (): Promise<void> => {
      for (let count = 0; count < 200; count += 1) {
        const made = await victim.manage(world.owner.cookie, 'POST', world.owner.tokens, wish())
        if (made.status !== 201) throw new Error(JSON.stringify(made))
        alive.set(idOf(made), text(made.json['accessToken']))
        const path = `${world.owner.tokens}/${idOf(made)}`
        // Whether a revocation that got no answer happened is not known: the token counts as neither.
        const accessToken = text(made.json['accessToken'])
        if (count % 2 === 0) continue
        alive.delete(idOf(made))
        const revoked = await victim.manage(world.owner.cookie, 'DELETE', path)
        if (revoked.status === 200) ended.set(idOf(made), accessToken)
      }
    }
    const writers = times(4, () => write().catch((thrown: unknown) => thrown))
    while (ended.size < 6) await new Promise((resolve) => setTimeout(resolve, 5))
    await victim.kill()
    // What broke is the connection, nothing before it.
    for (const thrown of await Promise.all(writers)) expect(thrown).toBeInstanceOf(TypeError)
    for (const accessToken of alive.values()) expect((await world.other.validate(accessToken)).status).toBe(200)
    for (const accessToken of ended.values())
      expect(await world.other.validate(accessToken)).toMatchObject({ status: 401, json: { code: 'token.revoked' } })
  })
})
