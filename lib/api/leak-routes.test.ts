import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, answerOf, apiWorld } from '#db/contract/api-world.ts'
import { LIMITS } from '#lib/config/limits.ts'

let world: ApiWorld
let client: Awaited<ReturnType<ApiWorld['client']>>
beforeAll(async () => {
  world = await apiWorld()
  client = await world.client()
})
afterAll(() => world.remove())

const post = async (body: unknown, headers: Record<string, string> = { 'Content-Type': 'application/json' }) =>
  answerOf(
    await world.send('/api/v1/leaks', {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  )

describe('POST /api/v1/leaks', () => {
  it('200 for whoever holds a credential, without a session, and for whoever holds nothing', async () => {
    const secret = client.secret.clientSecret
    const asked = { credential: `export KEY=${secret}`, foundAt: 'https://paste.example/1' }
    const first = await post(asked)
    expect([first.status, first.json]).toEqual([200, { recognised: 1, reaction: 'revoke' }])
    expect(first.headers.get('cache-control')).toBe('no-store')
    expect(first.headers.get('x-request-id')).toBe('req-3')
    expect((await post(asked)).json).toEqual(first.json)
    expect((await post({ credential: 'nothing of ours' })).json).toEqual({ recognised: 0, reaction: 'revoke' })
    const exchange = await world.send('/oauth/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(client.credentials()).toString(),
    })
    expect(exchange.status).toBe(401)
  })

  it('422 with a sentence for each field, and nothing of what was sent', async () => {
    const { status, json } = await post({ credential: '', foundAt: 'a\nb' })
    expect([status, json['code']]).toEqual([422, 'request.invalid'])
    expect(Object.keys(json['fields'] as object).sort()).toEqual(['credential', 'foundAt'])
    const long = await post({ credential: 'lks_'.repeat(LIMITS.reportLength) })
    expect([long.status, JSON.stringify(long.json)]).toEqual([413, expect.not.stringContaining('lks_')])
    expect((await post('5')).status).toBe(422)
  })

  it.each([
    ['{', { 'Content-Type': 'application/json' }, 400],
    ['', { 'Content-Type': 'application/json' }, 400],
    ['credential=x', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
    ['{"credential":"x"}', { 'Content-Type': 'text/plain' }, 415],
  ])('%j as %j is %i', async (body, headers, status) => {
    expect((await post(body, headers)).status).toBe(status)
  })

  it('405 for another method', async () => {
    const response = await world.send('/api/v1/leaks')
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('503 when nothing could be done, never thanks', async () => {
    const { createApi } = await import('#lib/api/app.ts')
    const { PortalError } = await import('#lib/errors/portal-error.ts')
    const down = async () => {
      throw new PortalError('store.unavailable')
    }
    const app = createApi({ ...world.ports, leaks: { report: down, answerGithub: down } })
    const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"credential":"x"}' }
    expect((await app.request('/api/v1/leaks', init)).status).toBe(503)
  })
})

describe('POST /api/v1/leaks/github', () => {
  it('404 where no keys of GitHub are set', async () => {
    const response = await world.send('/api/v1/leaks/github', { method: 'POST', body: '[]' })
    expect((await answerOf(response)).json).toMatchObject({ status: 404, code: 'resource.not_found' })
  })
})

describe('the document of the API', () => {
  it('knows both', async () => {
    const { json } = await answerOf(await world.send('/api/v1/openapi.json'))
    expect(json['paths']).toMatchObject({
      '/api/v1/leaks': { post: { tags: ['Found credentials'] } },
      '/api/v1/leaks/github': { post: { tags: ['Found credentials'] } },
    })
  })
})
