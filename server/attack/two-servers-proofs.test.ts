import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClientKey, clientKey, proofOf } from '#lib/verdict/proof.fixture.ts'
import { twoServers } from '#server/attack/two-servers.fixture.ts'

const TOKEN_URL = 'http://portal.example/oauth/token'
const API_URL = 'https://api.example/records'
const COPIES = 8

let world: Awaited<ReturnType<typeof twoServers>>
let key: ClientKey
let form: Readonly<Record<string, string>>
beforeAll(async () => {
  world = await twoServers()
  key = await clientKey()
  const { json } = await world.one.manage(world.owner.cookie, 'POST', world.owner.tokens, {
    context: 'user',
    type: 'client_credentials',
    name: 'proving',
    grant: { mode: 'owner' },
  })
  form = {
    grant_type: 'client_credentials',
    client_id: String(json['clientId']),
    client_secret: String(json['clientSecret']),
  }
}, 180_000)
afterAll(() => world.remove())

const now = (): number => Math.floor(Date.now() / 1000)
/** The same request at the same moment, half of them to each process. */
const toBoth = (path: string, init: RequestInit) =>
  Promise.all(
    Array.from({ length: COPIES }, (_, index) => (index % 2 === 0 ? world.one : world.other).send(path, init)),
  )
const exchange = async () => {
  const dpop = await proofOf(key, { method: 'POST', url: TOKEN_URL, now: now() })
  return toBoth('/oauth/token', { method: 'POST', headers: { dpop }, body: new URLSearchParams(form) })
}

describe('one proof sent many times to two processes', () => {
  it('gives one bound JWT', async () => {
    for (let round = 0; round < 4; round += 1) {
      const answers = await exchange()
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      for (const answer of answers.filter(({ status }) => status !== 200))
        expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_dpop_proof' } })
    }
  })

  it('opens an API once', async () => {
    const given = (await exchange()).find(({ status }) => status === 200)
    const accessToken = String(given?.json['access_token'])
    for (let round = 0; round < 4; round += 1) {
      const dpop = await proofOf(key, { method: 'GET', url: API_URL, now: now(), accessToken })
      const headers = { authorization: `DPoP ${accessToken}`, dpop }
      const answers = await toBoth(`/api/v1/validate?method=GET&url=${encodeURIComponent(API_URL)}`, { headers })
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      for (const answer of answers.filter(({ status }) => status !== 200))
        expect(answer).toMatchObject({ status: 401, json: { code: 'credential.dpop_proof' } })
    }
  })
})
