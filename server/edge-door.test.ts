import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ORIGIN_HERE } from '#db/contract/api-world.ts'
import { account, personal } from '#db/contract/token-fixture.ts'
import { type ProvenWorld, provenWorld } from '#server/attack/proven-world.fixture.ts'

// Validations are answered on node:http before Hono is asked. Hosts without that server ask Hono: both have to say the
// same.

let world: ProvenWorld
let access = ''
let listed = ''
let bearer = ''
let revoked = ''
beforeAll(async () => {
  world = await provenWorld()
  const issue = async (who: 'mia' | 'olga', wish: Parameters<ProvenWorld['tokens']['issue']>[1]) => {
    const principal = await world.as(who)
    const { token, secret } = await world.tokens.issue(principal, wish)
    return { principal, token, text: secret.type === 'access_token' ? secret.accessToken : '' }
  }
  access = (await issue('mia', personal())).text
  listed = (await issue('olga', account({ ipAllowlist: ['198.51.100.0/24'] }))).text
  const ended = await issue('mia', personal())
  await world.tokens.revoke(ended.principal, ended.token.id)
  revoked = ended.text
  bearer = (await world.ask(world.tokenClient.credentials())).access_token
})
afterAll(() => world.remove())

type Asked = { readonly method?: string; readonly path: string; readonly headers?: Record<string, string> }

const overTheSocket = async ({ method = 'GET', path, headers = {} }: Asked) => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return world.raw(method, path, lines)
}

const byHono = async ({ method = 'GET', path, headers = {} }: Asked) => {
  const response = await world.send(path, { method, headers }, { address: '127.0.0.1' })
  const text = await response.text()
  const json = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  return { status: response.status, headers: Object.fromEntries(response.headers), json }
}

const OF_THE_TRANSPORT = new Set(['connection', 'date', 'transfer-encoding', 'x-content-type-options', 'x-request-id'])

const comparable = ({ status, headers, json }: Awaited<ReturnType<typeof overTheSocket>>) => ({
  status,
  json: { ...json, requestId: undefined },
  headers: Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !(OF_THE_TRANSPORT.has(name) || name === 'content-length' || name === 'strict-transport-security'),
    ),
  ),
})

describe('the door and the route behind it answer the same', () => {
  const VALIDATE = '/api/v1/validate'
  const asked: readonly (readonly [string, number, () => Asked])[] = [
    ['a good credential', 200, () => ({ path: VALIDATE, headers: { 'X-API-KEY': access } })],
    ['a POST', 200, () => ({ method: 'POST', path: VALIDATE, headers: { 'X-API-KEY': access } })],
    ['a HEAD', 200, () => ({ method: 'HEAD', path: VALIDATE, headers: { 'X-API-KEY': access } })],
    ['a bearer JWT', 200, () => ({ path: VALIDATE, headers: { Authorization: `Bearer ${bearer}` } })],
    [
      'requirements that are met',
      200,
      () => ({ path: `${VALIDATE}?permission=projects%3Aread`, headers: { 'X-API-KEY': access } }),
    ],
    ['an empty query', 200, () => ({ path: `${VALIDATE}?`, headers: { 'X-API-KEY': access } })],
    [
      'requirements that are not',
      403,
      () => ({ path: `${VALIDATE}?permission=records:delete`, headers: { 'X-API-KEY': access } }),
    ],
    ['an unknown parameter', 400, () => ({ path: `${VALIDATE}?permision=a:b`, headers: { 'X-API-KEY': access } })],
    ['a parameter without a name', 400, () => ({ path: `${VALIDATE}?=a:b`, headers: { 'X-API-KEY': access } })],
    ['nothing', 401, () => ({ path: VALIDATE })],
    ['nonsense', 401, () => ({ path: VALIDATE, headers: { 'X-API-KEY': 'nonsense' } })],
    ['a revoked token', 401, () => ({ path: VALIDATE, headers: { 'X-API-KEY': revoked } })],
    ['another address', 403, () => ({ path: VALIDATE, headers: { 'X-API-KEY': listed } })],
    ['the wrong header', 401, () => ({ path: VALIDATE, headers: { 'X-API-KEY': bearer } })],
    ['two credentials', 400, () => ({ path: VALIDATE, headers: { 'X-API-KEY': access, Authorization: 'Bearer a' } })],
    ['a proof of nothing', 401, () => ({ path: VALIDATE, headers: { Authorization: `DPoP ${bearer}`, DPoP: 'a' } })],
    [
      'a gateway',
      200,
      () => ({
        method: 'DELETE',
        path: `${VALIDATE}/orders/7?permission=nonsense`,
        headers: { 'X-API-KEY': access, 'X-Latchkey-Permission': 'projects:read' },
      }),
    ],
    ['a gateway without a path', 200, () => ({ path: `${VALIDATE}/`, headers: { 'X-API-KEY': access } })],
    ['the holder', 200, () => ({ path: '/api/v1/me', headers: { 'X-API-KEY': access } })],
    ['a method that is not there', 405, () => ({ method: 'PUT', path: VALIDATE, headers: { 'X-API-KEY': access } })],
    [
      'a POST whose requirements may stand in its body',
      400,
      () => ({ method: 'POST', path: VALIDATE, headers: { 'X-API-KEY': access, 'Content-Length': '3' } }),
    ],
    [
      'requirements asked of the holder’s page',
      400,
      () => ({ path: '/api/v1/me?permission=a:b', headers: { 'X-API-KEY': access } }),
    ],
    ['a POST to the holder’s page', 405, () => ({ method: 'POST', path: '/api/v1/me' })],
    ['a path beside it', 404, () => ({ path: '/api/v1/validated', headers: { 'X-API-KEY': access } })],
  ]

  it.each(asked)('%s: %i', async (_, status, request) => {
    const answer = comparable(await overTheSocket(request()))
    expect(answer.status).toBe(status)
    expect(answer).toEqual(comparable(await byHono(request())))
  })
})

describe('an answer of the door', () => {
  it.each([
    ['good', () => access],
    ['refused', () => 'nonsense'],
  ])('that is %s carries what every answer does, once', async (_, text) => {
    const answer = await overTheSocket({ path: '/api/v1/validate', headers: { 'X-API-KEY': text() } })
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000')
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('names its request in a refusal', async () => {
    const answer = await overTheSocket({ path: '/api/v1/validate', headers: { 'X-API-KEY': 'nonsense' } })
    expect(answer.json['requestId']).toBe(answer.headers['x-request-id'])
  })

  it('tells the request id of the edge, whatever the client says', async () => {
    const told = { 'X-API-KEY': access, 'X-Request-Id': 'mine', 'X-Forwarded-For': '198.51.100.7' }
    expect((await overTheSocket({ path: '/api/v1/validate', headers: told })).headers['x-request-id']).not.toBe('mine')
  })
})

/** Sends text on one connection that stays open, and reads until the answers have all come. */
const keepAlive = (port: number, parts: readonly string[], answers: number): Promise<readonly string[]> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      for (const part of parts) socket.write(part)
    })
    let received = ''
    socket.setTimeout(10_000, () => socket.destroy(new Error(`no ${answers} answers in 10 s: ${received}`)))
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status = '']) => status)
      if (statuses.filter((status) => status !== '100').length < answers) return
      socket.destroy()
      resolve(statuses)
    })
  })

describe('a body that nobody reads', () => {
  const request = (lines: readonly string[], body = ''): string =>
    [
      'POST /api/v1/validate/records HTTP/1.1',
      `Host: ${new URL(ORIGIN_HERE).host}`,
      `X-API-KEY: ${access}`,
      ...lines,
      '',
      body,
    ].join('\r\n')

  it.each([
    ['with its length', ['Content-Length: 20'], 'GET /api HTTP/1.1\r\n\n'],
    ['in chunks', ['Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n'],
  ])('%s is no next request', async (_, lines, body) => {
    const next = request(['Content-Length: 0'])
    expect(await keepAlive(world.port, [request(lines, body), next], 2)).toEqual(['200', '200'])
  })

  it('that waits to be welcome is welcomed', async () => {
    const lines = ['Content-Length: 5', 'Expect: 100-continue']
    expect(await keepAlive(world.port, [request(lines), 'hello', request([])], 2)).toEqual(['100', '200', '200'])
  })
})
