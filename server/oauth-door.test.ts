import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ProvenWorld, provenWorld } from '#server/attack/proven-world.fixture.ts'

// The token endpoint, introspections and revocations are answered on node:http before Hono is asked. Hosts without that server ask
// Hono: both have to say the same.

let world: ProvenWorld
let bearer = ''
beforeAll(async () => {
  world = await provenWorld()
  bearer = (await world.ask(world.tokenClient.credentials())).access_token
})
afterAll(() => world.remove())

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }
type Asked = {
  readonly path?: string
  readonly form: Readonly<Record<string, string>> | string
  readonly headers?: Readonly<Record<string, string>>
}
const textOf = (form: Asked['form']) => (typeof form === 'string' ? form : new URLSearchParams(form).toString())

const overTheSocket = async ({ path = '/oauth/token', form, headers = FORM }: Asked) =>
  world.raw(
    'POST',
    path,
    Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    textOf(form),
  )
const byHono = async ({ path = '/oauth/token', form, headers = FORM }: Asked) => {
  const sent = { method: 'POST', headers, body: textOf(form) }
  const response = await world.send(path, sent, { address: '127.0.0.1' })
  const text = await response.text()
  const json = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  return { status: response.status, headers: Object.fromEntries(response.headers), json }
}

const OF_THE_TRANSPORT = new Set(['connection', 'content-length', 'date', 'x-content-type-options', 'x-request-id'])
const isCommon = (name: string) => !OF_THE_TRANSPORT.has(name) && name !== 'strict-transport-security'
const NEW_EACH_TIME = { access_token: 'new', refresh_token: 'new' }

const comparable = ({ status, headers, json }: Awaited<ReturnType<typeof overTheSocket>>) => ({
  status,
  json: 'access_token' in json ? { ...json, ...NEW_EACH_TIME } : json,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => isCommon(name))),
})

describe('the door and the route behind it answer the same', () => {
  const credentials = (changes: Readonly<Record<string, string>> = {}) => world.tokenClient.credentials(changes)
  const introspect = (changes: Readonly<Record<string, string>> = {}): Asked => {
    const { client_id, client_secret } = credentials()
    return { path: '/oauth/introspect', form: { client_id, client_secret, token: bearer, ...changes } }
  }
  const asked: readonly (readonly [string, number, () => Asked])[] = [
    ['an exchange', 200, () => ({ form: credentials() })],
    ['a query, which is no part of it', 200, () => ({ path: '/oauth/token?grant_type=x', form: credentials() })],
    ['a wrong secret', 401, () => ({ form: credentials({ client_secret: 'wrong' }) })],
    [
      'a wrong secret in the header',
      401,
      () => ({ form: 'grant_type=client_credentials', headers: { ...FORM, Authorization: 'Basic YTpi' } }),
    ],
    ['another scope', 400, () => ({ form: credentials({ scope: 'projects:delete' }) })],
    ['a body that is no form', 400, () => ({ form: '{}', headers: { 'Content-Type': 'application/json' } })],
    ['a repeated parameter', 400, () => ({ form: 'grant_type=a&grant_type=b' })],
    [
      'a refresh token of nobody',
      400,
      () => ({ form: { ...credentials(), grant_type: 'refresh_token', refresh_token: 'lkr_x' } }),
    ],
    ['a proof of nothing', 400, () => ({ form: credentials(), headers: { ...FORM, DPoP: 'nothing' } })],
    ['an introspection', 200, () => introspect()],
    ['an introspection of nothing good', 200, () => introspect({ token: 'nonsense' })],
    ['an introspection without a token', 400, () => introspect({ token: '' })],
    ['a revocation', 200, () => ({ ...introspect({ token: 'lkr_nobody' }), path: '/oauth/revoke' })],
    ['a revocation of nothing', 400, () => ({ ...introspect({ token: '' }), path: '/oauth/revoke' })],
    ['a revocation by nobody', 401, () => ({ ...introspect({ client_secret: 'wrong' }), path: '/oauth/revoke' })],
    ['an introspection by nobody', 401, () => introspect({ client_secret: 'wrong' })],
  ]

  it.each(asked)('%s', async (_, status, question) => {
    const answer = comparable(await overTheSocket(question()))
    expect(answer.status).toBe(status)
    expect(answer).toEqual(comparable(await byHono(question())))
  })

  it('a good answer carries what every answer does, once', async () => {
    const { headers } = await overTheSocket({ form: credentials() })
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      pragma: 'no-cache',
    })
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('another method is refused with those that work', async () => {
    const { status, headers } = await world.raw('GET', '/oauth/token')
    expect([status, headers['allow']]).toEqual([405, 'POST'])
  })
})

describe('a body', () => {
  it('in chunks is read whole', async () => {
    const body = new URLSearchParams(world.tokenClient.credentials()).toString()
    const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    const lines = ['Content-Type: application/x-www-form-urlencoded', 'Transfer-Encoding: chunked', '', chunks]
    expect((await world.raw('POST', '/oauth/token', lines)).status).toBe(200)
  })

  it('that is cut off asks for nothing', async () => {
    const events = async () => {
      const { auditEvents } = world.connection.schema
      return (await world.connection.queries.select({ id: auditEvents.id }).from(auditEvents)).length
    }
    const before = await events()
    const body = new URLSearchParams(world.tokenClient.credentials()).toString()
    const head = ['POST /oauth/token HTTP/1.1', 'Host: id.example', `Content-Length: ${body.length + 10}`]
    await new Promise<void>((resolve) => {
      const socket = connect(world.port, '127.0.0.1', () => {
        socket.end([...head, 'Content-Type: application/x-www-form-urlencoded', '', body].join('\r\n'))
      })
      socket.resume().on('close', () => resolve())
    })
    await world.exchange([])
    expect(await events()).toBe(before + 1)
  })
})
