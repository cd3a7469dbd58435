import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld } from '#db/contract/api-world.ts'
import { createKeyStore } from '#db/key-store.ts'
import { KEY_CHORE_SECONDS, KEY_LEAD_SECONDS } from '#lib/keys/key-times.ts'
import { DAY_SECONDS, MINUTE_SECONDS } from '#lib/time/duration.ts'

// /.well-known/jwks.json (RFC 7517), as the portal serves it while its own chores tend the keys.

let world: ApiWorld
beforeAll(async () => {
  world = await apiWorld()
})
afterAll(() => world.remove())

const published = async () => {
  const response = await world.send('/.well-known/jwks.json')
  const { keys } = (await response.json()) as { keys: readonly Record<string, string>[] }
  return { keys, headers: response.headers }
}
const kids = async () => (await published()).keys.map(({ kid }) => kid)
const tend = async (seconds: number) => {
  world.advance(seconds)
  await world.portal.runChores()
  // A chore that fails is tried again later, and says so here alone.
  expect(world.logged).toEqual([])
  // The portal's chores are another node's doing for whoever exchanges here.
  await world.settled()
}

describe('the key set', () => {
  it('may be remembered for far less than a key is published before it signs', async () => {
    const { headers } = await published()
    const [, seconds] = /^public, max-age=(\d+)$/.exec(headers.get('cache-control') ?? '') ?? []
    expect(Number(seconds)).toBeGreaterThan(0)
    expect(Number(seconds)).toBeLessThanOrEqual(KEY_LEAD_SECONDS - 30 * MINUTE_SECONDS)
  })

  it('has the next keys before they sign, and the former ones after', async () => {
    const keyStore = createKeyStore(world.connection)
    const client = await world.client()
    const before = await kids()
    await tend(90 * DAY_SECONDS - KEY_LEAD_SECONDS)
    const during = await kids()
    expect(during).toHaveLength(4)
    expect(during).toEqual(expect.arrayContaining(before))
    const { access_token: early } = await world.ask(client.credentials())
    await tend(KEY_LEAD_SECONDS + KEY_CHORE_SECONDS)
    const { access_token: late } = await world.ask(client.credentials())
    expect(await kids()).toEqual(during)
    const kidOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()).kid
    expect(before).toContain(kidOf(early))
    expect(before).not.toContain(kidOf(late))
    expect((await keyStore.list()).filter(({ retiringAt }) => retiringAt !== null)).toHaveLength(2)
  })

  it('has public members alone, and each kid once', async () => {
    const { keys } = await published()
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  })
})
