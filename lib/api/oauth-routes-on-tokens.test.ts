import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld } from '#db/contract/api-world.ts'
import { createApi } from '#lib/api/app.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

let world: ApiWorld
let client: Awaited<ReturnType<ApiWorld['client']>>
beforeAll(async () => {
  world = await apiWorld()
  client = await world.client()
})
afterAll(() => world.remove())

const PATHS = ['/oauth/introspect', '/oauth/revoke'] as const

const post = (path: string, form: Readonly<Record<string, string>> | string, headers: Record<string, string> = {}) =>
  world.send(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  })

const basic = (secret: string) => ({
  Authorization: `Basic ${Buffer.from(`${client.token.id}:${secret}`).toString('base64')}`,
})

const given = () => world.ask(client.credentials())
const isGood = async (bearer: string) =>
  (await world.send('/api/v1/me', { headers: { Authorization: `Bearer ${bearer}` } })).status === 200

describe('POST /oauth/introspect', () => {
  it('200, JSON that no cache keeps, for what is good and what is not', async () => {
    const { access_token: bearer } = await given()
    const good = await post('/oauth/introspect', client.about(bearer))
    const bad = await post('/oauth/introspect', client.about('nonsense'))
    for (const response of [good, bad]) {
      expect(response.status).toBe(200)
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'cache-control': 'no-store',
        pragma: 'no-cache',
        'content-type': 'application/json',
        'x-request-id': 'req-3',
      })
    }
    expect(await good.json()).toMatchObject({ active: true, client_id: client.token.id, token_type: 'Bearer' })
    expect(await bad.text()).toBe('{"active":false}')
  })
})

describe('POST /oauth/revoke', () => {
  it('200 with nothing in it, whether there was something to end or not', async () => {
    const { access_token: bearer, refresh_token: refresh } = await given()
    expect(await isGood(bearer)).toBe(true)
    for (const text of [refresh, refresh, 'nonsense']) {
      const response = await post('/oauth/revoke', client.about(text))
      expect([response.status, await response.text()]).toEqual([200, ''])
      expect(response.headers.get('content-type')).toBeNull()
      expect(response.headers.get('cache-control')).toBe('no-store')
    }
    expect(await isGood(bearer)).toBe(false)
  })
})

describe.each(PATHS)('%s', (path) => {
  it('knows a client by Basic and by the form, and challenges by the scheme that was tried', async () => {
    const { access_token: token } = await given()
    const { clientSecret } = client.secret
    expect((await post(path, { token: 'x' }, basic(clientSecret))).status).toBe(200)
    const inHeader = await post(path, { token }, basic('wrong'))
    const inBody = await post(path, client.about(token, { client_secret: 'wrong' }))
    const unknown = await post(path, client.about(token, { client_id: '0f8fad5b-d9cb-469f-a165-70867728950e' }))
    expect(inHeader.headers.get('www-authenticate')).toMatch(/^Basic realm=/)
    expect(inBody.headers.get('www-authenticate')).toBeNull()
    const answers = await Promise.all([inHeader, inBody, unknown].map(async (one) => [one.status, await one.json()]))
    for (const answer of answers)
      expect(answer).toEqual([
        401,
        {
          error: 'invalid_client',
          error_description: 'The client id is unknown, or its secret or assertion is wrong.',
        },
      ])
    expect(await isGood(token)).toBe(true)
  })

  it.each([
    ['no token', 'client_id=a&client_secret=b', {}],
    ['a token twice', 'token=a&token=a&client_id=a&client_secret=b', {}],
    ['JSON', '{"token":"a"}', { 'Content-Type': 'application/json' }],
    ['two ways to authenticate', 'token=a&client_secret=b', { Authorization: 'Basic YTpi' }],
  ])('400 for %s', async (_, form, headers) => {
    const response = await post(path, form, headers)
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_request' }),
    ])
  })

  it('401 without a client, also where the query, a session or the token itself stands for one', async () => {
    const { access_token: token } = await given()
    const query = new URLSearchParams(client.about(token)).toString()
    const tries = [
      await post(path, { token }),
      await post(path, { token }, { Authorization: `Bearer ${token}` }),
      await post(`${path}?${query}`, { token }, { Cookie: await world.cookieOf('mia') }),
    ]
    expect(tries.map(({ status }) => status)).toEqual([401, 401, 401])
    expect(await isGood(token)).toBe(true)
  })

  it('403 from an address its client’s token does not allow', async () => {
    const narrow = await world.client('mia', { ipAllowlist: ['198.51.100.0/24'] })
    const response = await post(path, narrow.about('x'))
    expect([response.status, await response.json()]).toEqual([403, expect.objectContaining({ error: 'access_denied' })])
  })

  it('405 for GET, 413 for too much', async () => {
    const got = await world.send(`${path}?${new URLSearchParams(client.about('x')).toString()}`)
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await post(path, client.about('x'.repeat(70_000)))).status).toBe(413)
  })

  it('503 while the store is away: never an answer, never a revocation that did not happen', async () => {
    const { oauth } = world.ports
    const away = async () => {
      throw new PortalError('store.unavailable', { internal: 'SQLITE_FULL' })
    }
    const app = createApi({
      ...world.ports,
      oauth: { ...oauth, answerIntrospection: away, answerRevocation: away },
    })
    const response = await app.request(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(client.about('x')).toString(),
    })
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' })
  })

  it('is documented', async () => {
    const document = (await (await world.send('/api/v1/openapi.json')).json()) as { paths: Record<string, unknown> }
    expect(document.paths[path]).toHaveProperty(
      'post.requestBody.content.application/x-www-form-urlencoded'.split('.', 4),
    )
  })
})
