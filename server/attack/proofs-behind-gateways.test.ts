import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProofChange } from '#lib/verdict/proof.fixture.ts'
import { type ProvenWorld, provenWorld } from '#server/attack/proven-world.fixture.ts'

// Requests to somebody's API, of which Latchkey is only told.

const API = 'https://api.acme.example/records/7'

let world: ProvenWorld
let stranger: ProvenWorld
let token = ''
beforeAll(async () => {
  world = await provenWorld(['127.0.0.0/8', '::1'])
  stranger = await provenWorld()
  token = await world.bound()
})
afterAll(async () => {
  await world.remove()
  await stranger.remove()
})

const presented = async (change?: ProofChange, method = 'PUT', url = API): Promise<string[]> => [
  `Authorization: DPoP ${token}`,
  `DPoP: ${await world.prove(method, url, token, change)}`,
]
const query = (asked: Readonly<Record<string, string>>) => `/api/v1/validate?${new URLSearchParams(asked).toString()}`
const TOLD = ['X-Latchkey-Method: PUT', `X-Latchkey-Url: ${API}?page=2`]

describe('a service that asks', () => {
  it('says which request it is about, and is told what the JWT stands for, and the next nonce', async () => {
    const answer = await world.raw('GET', query({ method: 'PUT', url: `${API}?page=2` }), await presented())
    expect([answer.status, answer.json['active'], answer.headers['x-auth-subject']]).toEqual([200, true, 'mia'])
    expect(answer.headers['dpop-nonce']).toMatch(/^[\w-]{43}$/)
  })

  it('by POST as well, and with requirements beside it', async () => {
    const target = query({ method: 'PUT', url: API, permission: 'projects:read' })
    const answer = await world.raw('POST', target, await presented())
    expect([answer.status, answer.headers['x-auth-permissions']]).toEqual([200, 'projects:read'])
    const missing = query({ method: 'PUT', url: API, permission: 'projects:delete' })
    const refused = await world.raw('GET', missing, await presented())
    expect([refused.status, refused.json['code']]).toEqual([403, 'token.permission'])
    expect(refused.headers['www-authenticate']).toMatch(/^DPoP .*error="insufficient_scope"/)
  })

  it.each([
    ['another method', { method: 'GET', url: API }],
    ['another path', { method: 'PUT', url: `${API}8` }],
    ['another host', { method: 'PUT', url: 'https://api.globex.example/records/7' }],
    ['Latchkey itself', { method: 'PUT', url: 'https://id.example/api/v1/validate' }],
    ['no URL at all', { method: 'PUT', url: 'records/7' }],
  ])('about another request is refused: %s', async (_, asked) => {
    const { status, json } = await world.raw('GET', query(asked), await presented())
    expect([status, json['code']]).toEqual([401, 'credential.dpop_proof'])
  })

  it('and does not say which is told so, before anything is used up', async () => {
    const lines = await presented()
    const silent = await world.raw('GET', '/api/v1/validate', lines)
    expect([silent.status, silent.json['code']]).toEqual([400, 'credential.dpop_request'])
    expect((await world.raw('GET', query({ method: 'PUT', url: API }), lines)).status).toBe(200)
  })

  it.each(['method=PUT', `url=${API}`, `method=&url=${API}`, `method=PUT&method=GET&url=${API}`, 'nonce=yes'])(
    'and does so by halves or twice gets 400: %s',
    async (asked) => {
      const { status, json } = await world.raw('GET', `/api/v1/validate?${asked}`, await presented())
      expect([status, json['code']]).toEqual([400, 'request.malformed'])
    },
  )

  it('may say it of every request: without a bound JWT it is not read', async () => {
    const { json } = await world.exchange([])
    const lines = [`Authorization: Bearer ${String(json['access_token'])}`]
    const answer = await world.raw('GET', query({ method: 'PUT', url: API, nonce: 'required' }), lines)
    expect(answer.status).toBe(200)
    expect(answer.headers).not.toHaveProperty('dpop-nonce')
  })
})

describe('a nonce', () => {
  it('is asked for by the service that wants it, and a new proof with it is good', async () => {
    const target = query({ method: 'PUT', url: API, nonce: 'required' })
    const first = await world.raw('GET', target, await presented())
    expect([first.status, first.json['code']]).toEqual([401, 'credential.dpop_nonce'])
    expect(first.headers['www-authenticate']).toMatch(/^DPoP .*error="use_dpop_nonce"/)
    const nonce = first.headers['dpop-nonce']
    expect((await world.raw('GET', target, await presented({ payload: { nonce } }))).status).toBe(200)
  })

  it('is asked for by a gateway in its header', async () => {
    const asking = [...TOLD, 'X-Latchkey-DPoP-Nonce: required']
    const first = await world.raw('GET', '/api/v1/validate/', [...asking, ...(await presented())])
    expect(first.json['code']).toBe('credential.dpop_nonce')
    const lines = await presented({ payload: { nonce: first.headers['dpop-nonce'] } })
    expect((await world.raw('GET', '/api/v1/validate/', [...asking, ...lines])).status).toBe(200)
  })
})

describe('a gateway that is trusted', () => {
  it.each(['/api/v1/validate/', '/api/v1/validate/records/7?method=GET&url=x', '/api/v1/validate'])(
    'is believed what it says of the request: %s',
    async (target) => {
      const ask = async (...more: string[]) => world.raw('GET', target, [...more, ...(await presented())])
      expect((await ask(...TOLD)).status).toBe(200)
      expect((await ask('X-Latchkey-Method: GET', `X-Latchkey-Url: ${API}`)).json['code']).toBe('credential.dpop_proof')
      expect((await ask()).json['code']).toBe('credential.dpop_request')
      expect((await ask('X-Latchkey-Method: PUT')).json['code']).toBe('request.malformed')
    },
  )

  it('that says it in the address cannot be overruled by a header of the client', async () => {
    const target = query({ method: 'GET', url: API })
    const { json } = await world.raw('GET', target, [...TOLD, ...(await presented())])
    expect(json['code']).toBe('credential.dpop_proof')
  })

  it('whose client writes the header as well has two that say different things', async () => {
    const forged = ['X-Latchkey-Method: PUT', 'X-Latchkey-Url: https://elsewhere.example/']
    const { status } = await world.raw('GET', '/api/v1/validate/', [...forged, ...TOLD, ...(await presented())])
    expect(status).toBe(401)
  })
})

describe('a stranger', () => {
  it('is not believed: it would choose the request that a proof is held against', async () => {
    const bound = await stranger.bound()
    const proof = await stranger.prove('PUT', API, bound)
    const lines = [`Authorization: DPoP ${bound}`, `DPoP: ${proof}`, ...TOLD]
    for (const target of ['/api/v1/validate/', '/api/v1/validate', '/api/v1/validate/records']) {
      const { status, json } = await stranger.raw('GET', target, [...lines, 'X-Forwarded-For: 127.0.0.1'])
      expect([status, json['code']]).toEqual([400, 'credential.dpop_request'])
    }
    // It was the word that was missing, not the proof.
    expect((await stranger.raw('GET', query({ method: 'PUT', url: API }), lines)).status).toBe(200)
  })
})

describe('uses', () => {
  it('of a stolen JWT are counted as refused, a wish for a nonce as nothing', async () => {
    const client = await world.client()
    const proof = await world.prove('POST', 'https://id.example/oauth/token')
    const { json } = await world.exchange([`DPoP: ${proof}`], client.credentials())
    const stolen = String(json['access_token'])
    await world.raw('GET', '/api/v1/me', [`Authorization: Bearer ${stolen}`])
    await world.raw('GET', '/api/v1/me', [`Authorization: DPoP ${stolen}`])
    const nonced = await world.prove('GET', 'https://id.example/api/v1/me', stolen, { payload: { nonce: 'old' } })
    await world.raw('GET', '/api/v1/me', [`Authorization: DPoP ${stolen}`, `DPoP: ${nonced}`])
    await world.portal.flushUsage()
    const { queries, schema } = world.connection
    const rows = (await queries.select().from(schema.tokenUse)).filter(({ tokenId }) => tokenId === client.token.id)
    expect(Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count]))).toEqual({ accepted: 1, refused: 2 })
  })
})
