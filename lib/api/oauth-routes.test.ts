import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld } from '#db/contract/api-world.ts'

let world: ApiWorld
let client: Awaited<ReturnType<ApiWorld['client']>>
beforeAll(async () => {
  world = await apiWorld()
  client = await world.client()
})
afterAll(() => world.remove())

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

const post = async (form: Readonly<Record<string, string>> | string, headers: Record<string, string> = {}) => {
  const response = await world.send('/oauth/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  })
  return { response, json: (await response.json()) as Record<string, string> }
}

describe('POST /oauth/token', () => {
  it('200 for both ways to authenticate, never stored by a cache', async () => {
    const { clientId, clientSecret } = client.secret
    const inBody = await post(client.credentials())
    const inHeader = await post('grant_type=client_credentials', { Authorization: basic(clientId, clientSecret) })
    for (const { response, json } of [inBody, inHeader]) {
      expect(response.status).toBe(200)
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'cache-control': 'no-store',
        pragma: 'no-cache',
        'content-type': 'application/json',
        'x-request-id': 'req-3',
      })
      expect(json).toMatchObject({ token_type: 'Bearer', expires_in: 900 })
      const headers = { Authorization: `bearer ${json['access_token'] ?? ''}` }
      expect((await world.send('/api/v1/validate', { headers })).status).toBe(200)
    }
  })

  it('200 for a refresh token, in the same words', async () => {
    const { json } = await post(client.credentials())
    const refreshed = await post(client.refresh(json['refresh_token'] ?? ''))
    expect(refreshed.response.status).toBe(200)
    expect(Object.keys(refreshed.json).sort()).toEqual(['access_token', 'expires_in', 'refresh_token', 'token_type'])
  })

  it('400 invalid_grant for a refresh token that is not good', async () => {
    const { response, json } = await post(client.refresh('lkr_nothing'))
    expect([response.status, json['error']]).toEqual([400, 'invalid_grant'])
  })

  it('401 invalid_client, challenged by the scheme that was tried', async () => {
    const inHeader = await post('grant_type=client_credentials', { Authorization: basic(client.token.id, 'wrong') })
    expect([inHeader.response.status, inHeader.json]).toEqual([
      401,
      { error: 'invalid_client', error_description: 'The client id is unknown, or its secret or assertion is wrong.' },
    ])
    expect(inHeader.response.headers.get('www-authenticate')).toMatch(/^Basic realm=/)
    const inBody = await post(client.credentials({ client_secret: 'wrong' }))
    expect(inBody.response.status).toBe(401)
    expect(inBody.json).toEqual(inHeader.json)
    expect(inBody.response.headers.get('www-authenticate')).toBeNull()
  })

  it.each([
    ['no form', '{}', { 'Content-Type': 'application/json' }, 'invalid_request'],
    ['no grant type', 'client_id=a&client_secret=b', {}, 'invalid_request'],
    ['another grant type', 'grant_type=password&client_id=a&client_secret=b', {}, 'unsupported_grant_type'],
    ['a repeated parameter', 'grant_type=a&grant_type=a', {}, 'invalid_request'],
  ])('400 for %s', async (_, form, headers, error) => {
    const { response, json } = await post(form, headers)
    expect([response.status, json['error']]).toEqual([400, error])
  })

  it('400 invalid_scope and invalid_target', async () => {
    expect((await post(client.credentials({ scope: 'projects:delete' }))).json['error']).toBe('invalid_scope')
    expect((await post(client.credentials({ resource: 'https://x.example' }))).json['error']).toBe('invalid_target')
  })

  it('403 from an address its token does not allow', async () => {
    const narrow = await world.client('mia', { ipAllowlist: ['198.51.100.0/24'] })
    const { response, json } = await post(narrow.credentials())
    expect([response.status, json['error']]).toEqual([403, 'access_denied'])
  })

  it('405 for another method, 404 for another path, 413 for too much; always an OAuth error', async () => {
    const got = await world.send('/oauth/token')
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
    expect(await got.json()).toMatchObject({ error: 'invalid_request' })
    for (const path of ['/oauth/authorize', '/oauth/register', '/oauth/token/']) {
      const response = await world.send(path, { method: 'POST' })
      expect(response.status).toBe(404)
      expect(Object.keys((await response.json()) as object)).toEqual(['error', 'error_description'])
    }
    expect((await post(`grant_type=${'x'.repeat(70_000)}`)).response.status).toBe(413)
  })

  it('takes no client from the query, nor a session', async () => {
    const query = new URLSearchParams(client.credentials()).toString()
    const response = await world.send(`/oauth/token?${query}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Cookie: await world.cookieOf('mia') },
      body: 'grant_type=client_credentials',
    })
    expect(response.status).toBe(401)
  })

  it('logs nothing, and no secret anywhere', () => {
    expect(world.logged).toEqual([])
  })
})

describe('/.well-known', () => {
  it.each([
    ['oauth-authorization-server', 'token_endpoint'],
    ['jwks.json', 'keys'],
  ])('%s may be kept for five minutes', async (name, member) => {
    const response = await world.send(`/.well-known/${name}`)
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    expect(await response.json()).toHaveProperty(member)
    expect((await world.send(`/.well-known/${name}`, { method: 'HEAD' })).status).toBe(200)
    const posted = await world.send(`/.well-known/${name}`, { method: 'POST' })
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET'])
  })

  it('404 problem for anything else', async () => {
    const response = await world.send('/.well-known/openid-configuration')
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
  })
})
