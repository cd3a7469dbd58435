import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld } from '#db/contract/api-world.ts'
import { asserting, ownKeyClient } from '#db/contract/own-key-client.ts'
import { personal } from '#db/contract/token-fixture.ts'

// The token endpoint, section by section of the RFCs it carries out.

let world: ApiWorld
let client: Awaited<ReturnType<ApiWorld['client']>>
beforeAll(async () => {
  world = await apiWorld()
  client = await world.client()
})
afterAll(() => world.remove())

const FORM = 'application/x-www-form-urlencoded'
const basic = (id: string, secret: string) => ({
  Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})

type Pairs = readonly (readonly [string, string])[]

const isPairs = (form: Readonly<Record<string, string>> | Pairs): form is Pairs => Array.isArray(form)

const ask = async (
  form: Readonly<Record<string, string>> | Pairs,
  headers: Readonly<Record<string, string>> = {},
  method = 'POST',
) => {
  const given: Pairs = isPairs(form) ? form : Object.entries(form)
  const body = new URLSearchParams(given.map(([...pair]) => pair)).toString()
  const response = await world.send('/oauth/token', {
    method,
    headers: { 'Content-Type': FORM, ...headers },
    ...(method === 'POST' ? { body } : {}),
  })
  const json = (await response.json()) as Record<string, string>
  return { status: response.status, headers: response.headers, json, error: json['error'] }
}

const pairs = (form: Readonly<Record<string, string>>, ...more: Pairs): Pairs => [...Object.entries(form), ...more]

describe('RFC 6749 §2.3: client authentication', () => {
  it('§2.3.1: by Basic or by the body; both at once, or a Basic beside an assertion, is malformed', async () => {
    const { clientId, clientSecret } = client.secret
    const header = basic(clientId, clientSecret)
    expect((await ask({ grant_type: 'client_credentials' }, header)).status).toBe(200)
    expect((await ask(client.credentials())).status).toBe(200)
    expect(await ask(client.credentials(), header)).toMatchObject({ status: 400, error: 'invalid_request' })
    const own = await ownKeyClient(world)
    for (const [form, headers] of [
      [await own.credentials(), header],
      [{ ...(await own.credentials()), client_secret: 'x' }, {}],
      [{ ...client.credentials(), ...asserting(await own.sign()) }, {}],
    ] as const)
      expect(await ask(form, headers)).toMatchObject({ status: 400, error: 'invalid_request' })
  })

  it('§2.3.1: never by the URI', async () => {
    const query = new URLSearchParams(client.credentials()).toString()
    const response = await world.send(`/oauth/token?${query}`, { method: 'POST', headers: { 'Content-Type': FORM } })
    expect(response.status).toBe(401)
  })
})

describe('RFC 6749 §3.2: the endpoint', () => {
  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('is no place for %s', async (method) => {
    const response = await world.send('/oauth/token', { method, headers: basic('a', 'b') })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', `${FORM}x`])(
    'reads no %s',
    async (type) => {
      const refused = await ask(client.credentials(), { 'Content-Type': type })
      expect(refused).toMatchObject({ status: 400, error: 'invalid_request' })
    },
  )

  it('ignores parameters it does not know, and takes those without a value as left out', async () => {
    const form = { ...client.credentials(), scope: '', resource: '', audience: 'x', client_assertion: '', foo: '1' }
    const { status, json } = await ask(form)
    expect(status).toBe(200)
    expect(json).not.toHaveProperty('scope')
    expect(await ask(client.credentials({ client_secret: '' }))).toMatchObject({ error: 'invalid_client' })
  })

  it.each(['grant_type', 'scope', 'client_id', 'client_secret', 'refresh_token', 'foo'])(
    'takes %s once',
    async (name) => {
      const refused = await ask(pairs(client.credentials(), [name, 'x'], [name, 'x']))
      expect(refused).toMatchObject({ status: 400, error: 'invalid_request' })
    },
  )
})

describe('RFC 6749 §3.3: scope', () => {
  it('narrows, is answered where it was asked for, and is carried by the JWT (RFC 9068 §2.2.3)', async () => {
    const { json } = await ask(client.credentials({ scope: 'projects:write projects:read projects:read' }))
    expect(json['scope']).toBe('projects:read projects:write')
    expect(decodeJwt(json['access_token'] ?? '')).toMatchObject({
      scope: 'projects:read projects:write',
      permissions: ['projects:read', 'projects:write'],
    })
    const refreshed = await ask(client.refresh(json['refresh_token'] ?? '', { scope: 'projects:read' }))
    expect(refreshed.json['scope']).toBe('projects:read')
    const next = await ask(client.refresh(refreshed.json['refresh_token'] ?? ''))
    expect(next.json['scope']).toBe('projects:read projects:write')
  })

  it.each(['projects:delete', 'projects:read projects:delete', 'a', 'projects:read  projects:write', 'a:b\tc:d', '"'])(
    'never widens and is never guessed at: %j',
    async (scope) => {
      expect(await ask(client.credentials({ scope }))).toMatchObject({ status: 400, error: 'invalid_scope' })
    },
  )

  it('of a refresh never goes beyond that of its family', async () => {
    const { json } = await ask(client.credentials({ scope: 'projects:read' }))
    const refused = await ask(client.refresh(json['refresh_token'] ?? '', { scope: 'projects:write' }))
    expect(refused).toMatchObject({ status: 400, error: 'invalid_scope' })
  })
})

describe('RFC 6749 §4.4, §5 and §6: answers', () => {
  it('§5.1: are JSON of a few words that nothing keeps', async () => {
    const { headers, json } = await ask(client.credentials())
    expect(Object.fromEntries(headers)).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
    expect(Object.keys(json).sort()).toEqual(['access_token', 'expires_in', 'refresh_token', 'token_type'])
    expect(decodeJwt(json['access_token'] ?? '')).toMatchObject({ sub: client.token.id, client_id: client.token.id })
  })

  it('§5.2: refuse in the words of the RFC, which nothing keeps either', async () => {
    const refusals = [
      [client.credentials({ grant_type: '' }), 400, 'invalid_request'],
      [{ ...client.credentials(), grant_type: 'password' }, 400, 'unsupported_grant_type'],
      [{ ...client.credentials(), grant_type: 'refresh_token' }, 400, 'invalid_request'],
      [client.refresh('lkr_x'), 400, 'invalid_grant'],
      [client.credentials({ scope: 'x:y' }), 400, 'invalid_scope'],
      [client.credentials({ resource: 'https://x.example' }), 400, 'invalid_target'],
      [client.credentials({ client_secret: 'x' }), 401, 'invalid_client'],
      [{ grant_type: 'client_credentials' }, 401, 'invalid_client'],
    ] as const
    for (const [form, status, error] of refusals) {
      const refused = await ask(form)
      expect(refused).toMatchObject({ status, error })
      expect(Object.keys(refused.json)).toEqual(['error', 'error_description'])
      expect(refused.json['error_description']).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
      expect(refused.headers.get('cache-control')).toBe('no-store')
      expect(refused.headers.get('pragma')).toBe('no-cache')
    }
  })

  it('§6: a refresh token is its client’s alone', async () => {
    const other = await world.client('max')
    const { json } = await ask(other.credentials())
    expect(await ask(client.refresh(json['refresh_token'] ?? ''))).toMatchObject({
      status: 400,
      error: 'invalid_grant',
    })
    expect((await ask(other.refresh(json['refresh_token'] ?? ''))).status).toBe(200)
  })

  it('where the client gets no refresh token, are without one, and refuse those of before', async () => {
    const { json } = await ask(client.credentials())
    const mia = await world.as('mia')
    await world.tokens.edit(mia, client.token.id, { refreshMode: 'off' })
    expect((await ask(client.credentials())).json).not.toHaveProperty('refresh_token')
    expect(await ask(client.refresh(json['refresh_token'] ?? ''))).toMatchObject({ error: 'invalid_grant' })
    await world.tokens.edit(mia, client.token.id, { refreshMode: 'default' })
  })
})

describe('RFC 8707 §2: resource', () => {
  it('is one of the environment’s audiences', async () => {
    const { json } = await ask(client.credentials({ resource: 'https://id.example' }))
    expect(decodeJwt(json['access_token'] ?? '').aud).toBe('https://id.example')
  })

  it('may be repeated, but never to name two', async () => {
    const twice: Pairs = [
      ['resource', 'https://id.example'],
      ['resource', 'https://id.example'],
    ]
    expect((await ask(pairs(client.credentials(), ...twice))).status).toBe(200)
    const two: Pairs = [
      ['resource', 'https://id.example'],
      ['resource', 'https://api.example'],
    ]
    expect(await ask(pairs(client.credentials(), ...two))).toMatchObject({ status: 400, error: 'invalid_target' })
  })

  it.each(['https://id.example#part', 'https://id.example/', 'HTTPS://id.example', '/relative', 'x'])(
    'is no other spelling, part or relative: %s',
    async (resource) => {
      expect(await ask(client.credentials({ resource }))).toMatchObject({ status: 400, error: 'invalid_target' })
    },
  )
})

describe('one answer', () => {
  it('to whoever may have nothing, whatever the reason, in every word and header', async () => {
    const [mia, gus] = [await world.as('mia'), await world.as('gus')]
    const [revoked, paused, foreign] = [await world.client(), await world.client(), await world.client('gus')]
    await world.tokens.revoke(mia, revoked.token.id)
    await world.tokens.pause(mia, paused.token.id)
    await world.tokens.pause(gus, foreign.token.id)
    const access = await world.tokens.issue(mia, personal())
    const own = await ownKeyClient(world)
    const forms = [
      client.credentials({ client_id: '0f8fad5b-d9cb-469f-a165-70867728950e' }),
      client.credentials({ client_secret: 'wrong' }),
      client.credentials({ client_id: access.token.id }),
      client.credentials({ client_id: foreign.token.id }),
      client.credentials({ client_id: own.token.id }),
      revoked.credentials(),
      paused.credentials(),
      foreign.credentials(),
      await own.credentials({ claims: { aud: 'https://other.example' } }),
      await own.credentials({ claims: { sub: client.token.id, iss: client.token.id } }),
    ]
    const answers = []
    for (const form of forms) {
      const { status, headers, json } = await ask(form)
      answers.push({ status, headers: [...headers], json })
    }
    expect(answers[0]).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
    for (const answer of answers) expect(answer).toEqual(answers[0])
  })
})
