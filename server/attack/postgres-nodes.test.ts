import { setTimeout as delay } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresNodes } from '#server/attack/postgres-nodes.fixture.ts'
import type { Answer } from '#server/attack/race-server.fixture.ts'
import { given, idOf, newClient, serverAt, times, wish } from '#server/attack/race-world.fixture.ts'
import { REFRESH_RACES } from '#server/attack/refresh-races.fixture.ts'
import { COMMANDS } from '#server/cli/commands.ts'
import { runCommand } from '#server/cli/run-command.ts'

let world: Awaited<ReturnType<typeof postgresNodes>>
beforeAll(async () => {
  world = await postgresNodes()
}, 180_000)
afterAll(() => world.remove())

const issue = async (): Promise<{ readonly id: string; readonly text: string }> => {
  const made = await world.one.manage(world.owner.cookie, 'POST', world.owner.tokens, wish())
  expect(made.status).toBe(201)
  return { id: idOf(made), text: String(made.json['accessToken']) }
}
const revoke = (id: string) => world.one.manage(world.owner.cookie, 'DELETE', `${world.owner.tokens}/${id}`)

const WAIT_MS = 60_000

/** Asks until the answer has this status; all there were before it. */
const until = async (status: number, ask: () => Promise<Answer>): Promise<readonly number[]> => {
  const before: number[] = []
  const deadline = performance.now() + WAIT_MS
  while (performance.now() < deadline) {
    const answer = await ask()
    if (answer.status === status) return before
    before.push(answer.status)
    await delay(5)
  }
  throw new Error(`never answered ${status}, but ${[...new Set(before)].join(', ')}`)
}

describe('two nodes', () => {
  it('refuse what one of them revoked: that one at once, the other as soon as it has heard', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id, text } = await issue()
      for (const node of [world.one, world.other, world.one, world.other, world.other])
        expect((await node.validate(text)).status).toBe(200)
      expect((await revoke(id)).status).toBe(200)
      expect(await world.one.validate(text)).toMatchObject({ status: 401, json: { code: 'token.revoked' } })
      const late = await until(401, () => world.other.validate(text))
      expect(new Set([...late, 200])).toEqual(new Set([200]))
    }
  })

  it('know a session that began on another, until it ends there', async () => {
    const { cookie, tokens, principal } = await world.signIn('ada@acme.example')
    for (const node of [world.one, world.other]) expect((await node.manage(cookie, 'GET', tokens)).status).toBe(200)
    const { sessions } = world.records.schema
    await world.records.atomically((tx) => [
      {
        label: 'session',
        rows: tx
          .update(sessions)
          .set({ endedAt: 1 })
          .where(eq(sessions.id, principal.sessionId ?? ''))
          .returning(),
        expect: 1,
      },
    ])
    for (const node of [world.one, world.other]) expect((await node.manage(cookie, 'GET', tokens)).status).toBe(401)
  })

  it('exchange and refresh for the same client, each what the other gave', async () => {
    const client = await newClient(world)
    const first = given(await client.exchange(world.one))
    const second = given(await client.refresh(world.other, first.refresh))
    expect((await world.one.validate(second.bearer, 'authorization')).status).toBe(200)
    expect((await client.refresh(world.one, second.refresh)).status).toBe(200)
  })

  it('make one token of one request that was sent many times to both', async () => {
    const answers = await Promise.all(
      times(12, (index) =>
        serverAt(world, index).manage(world.owner.cookie, 'POST', world.owner.tokens, wish(), 'the-same-request'),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(11)
  })
})

describe('a node that has not yet heard what another committed', () => {
  // Both of its processes, as often as it takes.
  const crowd = <Found>(ask: () => Promise<Found>) => Promise.all(times(8, ask))
  const statuses = async (ask: () => Promise<Answer>) => new Set((await crowd(ask)).map(({ status }) => status))
  const held = async (work: () => Promise<void>) => {
    world.news.hold()
    try {
      await work()
    } finally {
      world.news.release()
    }
  }
  const change = (method: string, path: string, body: object = {}) =>
    world.one.manage(world.owner.cookie, method, path, body)

  it('exchanges for a client whose token has changed, and calls nothing stale', async () => {
    const client = await newClient(world)
    const exchange = () => client.exchange(world.other)
    expect(await statuses(exchange)).toEqual(new Set([200]))
    await held(async () => {
      expect((await change('PATCH', client.path, { name: 'renamed' })).status).toBe(200)
      expect(await statuses(exchange)).toEqual(new Set([200]))
      expect((await change('POST', `${client.path}/pause`)).status).toBe(200)
      expect(await statuses(exchange)).toEqual(new Set([401]))
      expect((await change('POST', `${client.path}/resume`)).status).toBe(200)
      expect((await client.end(world.one)).status).toBe(200)
      expect(await statuses(exchange)).toEqual(new Set([401]))
    })
  })

  it('takes the secret and the JWT that a rotation has just made', async () => {
    const client = await newClient(world)
    const { id, text } = await issue()
    await crowd(() => client.exchange(world.other))
    await crowd(() => world.other.validate(text))
    await held(async () => {
      const secret = await change('POST', `${client.path}/rotate`)
      const form = { grant_type: 'client_credentials', client_id: client.id }
      const fresh = { ...form, client_secret: String(secret.json['clientSecret']) }
      const bearers = await crowd(() => world.other.exchange(fresh))
      expect(new Set(bearers.map(({ status }) => status))).toEqual(new Set([200]))
      for (const answer of bearers)
        expect(await statuses(() => world.other.validate(given(answer).bearer, 'authorization'))).toEqual(
          new Set([200]),
        )
      const jwt = await change('POST', `${world.owner.tokens}/${id}/rotate`)
      expect(await statuses(() => world.other.validate(String(jwt.json['accessToken'])))).toEqual(new Set([200]))
    })
  })

  it('goes on with a token that ended elsewhere for as long, which is what its news are for (saboteur)', async () => {
    const { id, text } = await issue()
    await crowd(() => world.other.validate(text))
    await held(async () => {
      expect((await revoke(id)).status).toBe(200)
      expect(await statuses(() => world.other.validate(text))).toEqual(new Set([200]))
    })
    await until(401, () => world.other.validate(text))
  })
})

// Not the lost answers: over a network a lost request may be carried out after the client has gone on by two steps, and
// then it looks like a theft, as it should.
const RACES = REFRESH_RACES.filter(({ id }) => id !== 'answers-lost-and-asked-again')

describe('races of two nodes', { timeout: 180_000 }, () => {
  it.each(RACES.map((race) => [race.id, race] as const))('%s', async (_, race) => {
    for (let round = 0; round < race.rounds.short; round += 1) expect(await race.run(world, round)).toEqual([])
  })
})

describe('a command beside them', () => {
  it('lists the keys they sign with', async () => {
    const said: string[] = []
    const terminal = {
      env: world.env,
      say: (line: string) => said.push(line),
      complain: (line: string) => said.push(line),
    }
    expect(await runCommand(COMMANDS, ['keys', 'list'], terminal)).toBe(0)
    expect(said.filter((line) => line.includes(' active '))).toHaveLength(2)
    expect(await runCommand(COMMANDS, ['refresh-tokens', 'off'], terminal)).toBe(0)
    const client = await newClient(world)
    const granted = async () => Object.keys((await client.exchange(world.other)).json)
    await expect.poll(granted, { timeout: WAIT_MS, interval: 5 }).not.toContain('refresh_token')
    await runCommand(COMMANDS, ['refresh-tokens', 'on'], terminal)
  })
})

describe('PostgreSQL stopped', () => {
  it('leaves known tokens good for a bounded time, then is said, and heals by itself', async () => {
    const [known, revoked] = [await issue(), await issue()]
    const unknown = await issue()
    for (const node of [world.one, world.other, world.other, world.other])
      for (const { text } of [known, revoked]) await node.validate(text)
    expect((await revoke(revoked.id)).status).toBe(200)
    await until(401, () => world.other.validate(revoked.text))
    await world.postgres.stop()

    expect((await world.one.validate(known.text)).status).toBe(200)
    expect((await world.one.validate(revoked.text)).status).not.toBe(200)
    expect((await world.one.validate(unknown.text)).status).toBe(503)
    const goodUntil = await until(503, () => world.one.validate(known.text))
    expect(new Set(goodUntil)).toEqual(new Set([200]))
    expect((await revoke(known.id)).status).toBe(503)

    await world.postgres.start()
    for (const node of [world.one, world.other]) await until(200, () => node.validate(known.text))
    await until(200, () => revoke(known.id))
    for (const node of [world.one, world.other]) await until(401, () => node.validate(known.text))
    expect((await world.one.validate(unknown.text)).status).toBe(200)
  }, 180_000)
})

describe('PostgreSQL killed under load', () => {
  it('has every token whose issue was answered, once it is back', async () => {
    const acknowledged: { readonly id: string; readonly text: string }[] = []
    const refused = new Set<number>()
    let isOver = false
    const load = times(4, async () => {
      while (!isOver) {
        const made = await world.one.manage(world.owner.cookie, 'POST', world.owner.tokens, wish())
        if (made.status === 201) acknowledged.push({ id: idOf(made), text: String(made.json['accessToken']) })
        else refused.add(made.status)
      }
    })
    while (acknowledged.length < 40) await delay(5)
    await world.postgres.kill()
    isOver = true
    await Promise.all(load)
    expect(new Set([...refused, 503])).toEqual(new Set([503]))
    await world.postgres.start()
    for (const { text } of acknowledged) await until(200, () => world.other.validate(text))
    expect(acknowledged.length).toBeGreaterThanOrEqual(40)
  }, 180_000)
})
