import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiWorld, answerOf, apiWorld, ORIGIN_HERE } from '#db/contract/api-world.ts'
import { personal, START } from '#db/contract/token-fixture.ts'

let world: ApiWorld
beforeEach(async () => {
  world = await apiWorld()
})
afterEach(() => world.remove())

const TOKENS = '/api/v1/tenants/acme/tokens'
const UNKNOWN = '0f8fad5b-d9cb-469f-a165-70867728950e'
const BODY = { context: 'user', type: 'access_token', name: 'nightly' }

const issued = async () => {
  const browser = await world.browserOf('mia')
  const { json } = await browser.request('POST', TOKENS, BODY)
  return { ...browser, path: `${TOKENS}/${(json.token as { id: string }).id}`, accessToken: String(json.accessToken) }
}

describe('404, the same for what is foreign and what does not exist', () => {
  const METHODS = [
    ['GET', '', undefined],
    ['PATCH', '', { name: 'x' }],
    ['DELETE', '', undefined],
    ['POST', '/rotate', {}],
    ['POST', '/pause', {}],
    ['POST', '/resume', {}],
  ] as const

  it.each(METHODS)('%s …/{id}%s', async (method, action, sent) => {
    const { token: ofMax } = await world.tokens.issue(await world.as('max'), personal())
    const { token: ofGus } = await world.tokens.issue(await world.as('gus'), personal())
    const { request } = await world.browserOf('mia')
    const answers = []
    for (const id of [UNKNOWN, ofMax.id, ofGus.id, 'x'.repeat(65), "'"]) {
      answers.push(await request(method, `${TOKENS}/${id}${action}`, sent))
    }
    answers.push(await request(method, `/api/v1/tenants/globex/tokens/${ofGus.id}${action}`, sent))
    for (const { status, json } of answers) expect([status, json]).toEqual([404, answers[0]?.json])
  })

  it('the collection of a tenant', async () => {
    const { request } = await world.browserOf('mia')
    const foreign = await request('GET', '/api/v1/tenants/globex/tokens')
    const unknown = await request('GET', '/api/v1/tenants/nobody/tokens')
    expect(foreign.status).toBe(404)
    expect(foreign.json).toEqual(unknown.json)
    expect((await request('POST', '/api/v1/tenants/globex/tokens', BODY)).status).toBe(404)
  })

  it('a path below it', async () => {
    const { request } = await world.browserOf('mia')
    expect((await request('GET', '/api/v1/tenants/acme/members')).status).toBe(404)
  })
})

describe('the door', () => {
  it('401 without a session: none, an invented one, an ended one, a token', async () => {
    const { cookie } = await world.browserOf('mia')
    const { accessToken } = await issued()
    const { atomically, schema } = world.connection
    await atomically((tx) => [
      { label: 'end', rows: tx.update(schema.sessions).set({ endedAt: START }).returning(), expect: 'any' },
    ])
    for (const headers of [
      {},
      { Cookie: cookie },
      { Cookie: 'latchkey-session=x; __Host-latchkey-session=y' },
      { 'X-API-KEY': accessToken },
      { Authorization: `Bearer ${accessToken}` },
    ]) {
      const { status, json } = await answerOf(await world.send(TOKENS, { headers }))
      expect([status, json.code]).toEqual([401, 'session.required'])
    }
  })

  it.each([{}, { Origin: 'https://evil.example' }, { Origin: 'null' }, { Origin: `${ORIGIN_HERE}.evil.example` }])(
    '403 for a change from elsewhere: %j',
    async (origin) => {
      const { cookie, path } = await issued()
      const sent = { Cookie: cookie, 'Content-Type': 'application/json', ...origin }
      for (const [method, at] of [
        ['POST', TOKENS],
        ['PATCH', path],
        ['DELETE', path],
        ['POST', `${path}/pause`],
      ] as const) {
        const body = method === 'DELETE' ? null : '{}'
        const { status, json } = await answerOf(await world.send(at, { method, headers: sent, body }))
        expect([status, json.code]).toEqual([403, 'request.origin'])
      }
    },
  )

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    '415 for a body that a form could send: %j',
    async (type) => {
      const { request } = await world.browserOf('mia')
      const { status } = await request('POST', TOKENS, JSON.stringify(BODY), { 'Content-Type': type })
      expect(status).toBe(415)
    },
  )

  it('413 for a body over 64 KB', async () => {
    const { request } = await world.browserOf('mia')
    const { status, json } = await request('POST', TOKENS, { ...BODY, description: 'd'.repeat(70_000) })
    expect([status, json.code]).toEqual([413, 'request.too_large'])
  })

  it('405 with the methods that work', async () => {
    const { request } = await world.browserOf('mia')
    const allowed = async (method: string, path: string) => {
      const { status, headers } = await request(method, path, {})
      return [status, headers.get('allow')]
    }
    expect(await allowed('PUT', TOKENS)).toEqual([405, 'GET, POST'])
    expect(await allowed('POST', `${TOKENS}/${UNKNOWN}`)).toEqual([405, 'GET, PATCH, DELETE'])
    expect(await allowed('PATCH', `${TOKENS}/${UNKNOWN}/pause`)).toEqual([405, 'POST'])
  })
})
