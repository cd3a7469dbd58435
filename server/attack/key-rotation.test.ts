import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Server } from '#server/attack/race-server.fixture.ts'
import { twoServers } from '#server/attack/two-servers.fixture.ts'
import { startChild } from '#server/child.fixture.ts'

// Two processes that serve one database, and the command line beside them.

const PROGRAM = join(import.meta.dirname, '..', 'cli.ts')
const SLOW = { timeout: 240_000 }

let world: Awaited<ReturnType<typeof twoServers>>
beforeAll(async () => {
  world = await twoServers()
}, 240_000)
afterAll(() => world.remove())

const command = async (args: string): Promise<string> => {
  const child = startChild(PROGRAM, world.env, args.split(' '))
  const code = await child.ended
  if (code !== 0) throw new Error(`${args} ended with ${code}: ${child.output().stderr}`)
  return child.output().stdout
}
const text = (value: unknown): string => String(value)
const kidOf = (jwt: string): string => JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()).kid
const issue = (type: string, name: string, by: Server = world.one): Promise<Answer> =>
  by.manage(world.owner.cookie, 'POST', world.owner.tokens, { context: 'user', type, name, grant: { mode: 'owner' } })
const newClient = async () => {
  const { json } = await issue('client_credentials', 'loaded')
  return { client_id: text(json['clientId']), client_secret: text(json['clientSecret']) }
}
const bearerFrom = async (server: Server, client: Readonly<Record<string, string>>): Promise<string> =>
  text((await server.exchange({ grant_type: 'client_credentials', ...client })).json['access_token'])

describe('a rotation under load', () => {
  it('refuses nothing valid: what one process signs, the other takes, from the first request on', SLOW, async () => {
    const { one, other } = world
    const client = await newClient()
    const kids = new Set<string>()
    const refused: Answer[] = []
    const state = { rotating: true, signed: 0 }
    const load = async (signer: Server, verifier: Server): Promise<void> => {
      while (state.rotating) {
        const jwt = await bearerFrom(signer, client)
        const { json } = await issue('access_token', 'loaded', signer)
        const accessToken = text(json['accessToken'])
        kids.add(kidOf(jwt)).add(kidOf(accessToken))
        const answers = await Promise.all([
          verifier.validate(jwt, 'authorization'),
          signer.validate(jwt, 'authorization'),
          verifier.validate(accessToken),
        ])
        refused.push(...answers.filter(({ status }) => status !== 200))
        await signer.manage(
          world.owner.cookie,
          'DELETE',
          `${world.owner.tokens}/${text((json['token'] as { id: string }).id)}`,
        )
        state.signed += 1
      }
    }
    const loads = [load(one, other), load(other, one), load(one, other)]
    // Of six that ended, three at least began after this was called: one for each of the loads.
    const goOn = async (): Promise<void> => {
      const until = state.signed + 6
      while (state.signed < until) await delay(10)
    }
    await goOn()
    for (const algorithm of ['EdDSA', 'ES256']) {
      await command(`keys rotate --now --algorithm ${algorithm}`)
      await goOn()
    }
    state.rotating = false
    await Promise.all(loads)
    expect(refused).toEqual([])
    // Two purposes, three keys each: the load was there before, between and after.
    expect(kids.size).toBe(6)
  })
})

describe('a compromised key', () => {
  it('is refused by both processes on the next request, and the command says to whom', SLOW, async () => {
    const { one, other } = world
    const made = await issue('access_token', 'nightly export')
    const accessToken = text(made.json['accessToken'])
    const client = await newClient()
    const bearer = await bearerFrom(other, client)
    // Twice: the second answer comes from memory.
    for (const server of [one, other, one, other]) {
      expect((await server.validate(accessToken)).status).toBe(200)
      expect((await server.validate(bearer, 'authorization')).status).toBe(200)
    }
    const told = await command(`keys compromised ${kidOf(accessToken)} --yes`)
    for (const server of [other, one]) {
      expect(await server.validate(accessToken)).toMatchObject({ status: 401, json: { code: 'credential.invalid' } })
      expect((await server.validate(bearer, 'authorization')).status).toBe(200)
    }
    expect(told).toContain('"nightly export" in "Latchkey", of ada@acme.example')
    expect(told).toMatch(/\n1 token stood on it\.\n$/)
    expect(await command(`keys compromised ${kidOf(bearer)} --yes`)).toContain(client.client_id)
    for (const server of [other, one]) {
      expect((await server.validate(bearer, 'authorization')).status).toBe(401)
      const again = await bearerFrom(server, client)
      for (const each of [one, other]) expect((await each.validate(again, 'authorization')).status).toBe(200)
    }
  })
})
