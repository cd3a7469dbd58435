import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, type Server, twoServers } from '#server/attack/two-servers.fixture.ts'

let world: Awaited<ReturnType<typeof twoServers>>
beforeAll(async () => {
  world = await twoServers()
}, 180_000)
afterAll(() => world.remove())

const wish = (change: object = {}) => ({
  context: 'user',
  type: 'access_token',
  name: 'attacked',
  grant: { mode: 'owner' },
  ...change,
})
const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index))
const server = (index: number): Server => (index % 2 === 0 ? world.one : world.other)
const text = (value: unknown): string => String(value)
const idOf = ({ json }: Answer): string => text((json['token'] as { id: string }).id)
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

  it('gives sixteen refreshes one successor, and a thief the end of the family in both', async () => {
    const { json } = await issue({ type: 'client_credentials' })
    const client = { client_id: text(json['clientId']), client_secret: text(json['clientSecret']) }
    const first = await world.one.exchange({ grant_type: 'client_credentials', ...client })
    const refresh = (index: number, token: unknown) =>
      server(index).exchange({ grant_type: 'refresh_token', refresh_token: text(token), ...client })
    const answers = await Promise.all(times(16, (index) => refresh(index, first.json['refresh_token'])))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const successors = new Set(answers.map(({ json: given }) => given['refresh_token']))
    expect(successors.size).toBe(1)
    const bearer = text(answers[5]?.json['access_token'])
    expect((await world.other.validate(bearer, 'authorization')).status).toBe(200)
    expect((await refresh(1, [...successors][0])).status).toBe(200)
    expect(await refresh(0, first.json['refresh_token'])).toMatchObject({ json: { error: 'invalid_grant' } })
    for (const each of [world.one, world.other]) expect((await each.validate(bearer, 'authorization')).status).toBe(401)
  })
})

describe('a demotion while the demoted issues', () => {
  it('leaves no token that may do more than they may', async () => {
    const { portal, owner } = world
    const roles = (roleKeys: string[]) =>
      portal.members.changeMemberRoles(owner.principal, { userId: ben.principal.userId, roleKeys })
    await portal.members.addMember(owner.principal, { email: 'ben@acme.example', roleKeys: ['member'] })
    const ben = await world.signIn('ben@acme.example')
    for (let round = 0; round < 3; round += 1) {
      await roles(['member'])
      const grant = { mode: 'permissions', permissions: ['projects:write'] }
      const asked = times(8, (index) => server(index).manage(ben.cookie, 'POST', ben.tokens, wish({ grant })))
      await roles(['read_only'])
      const made = (await Promise.all(asked)).filter(({ status }) => status === 201)
      for (const { json } of made)
        expect(await world.other.validate(text(json['accessToken']), 'x-api-key', 'projects:write')).toMatchObject({
          status: 403,
          json: { code: 'token.permission' },
        })
      expect((await server(round).manage(ben.cookie, 'POST', ben.tokens, wish({ grant }))).status).toBe(403)
    }
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
