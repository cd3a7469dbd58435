import { afterEach, describe, expect, it } from 'vitest'
import { readRequestOrigin } from '#lib/api/request-origin.ts'
import { type RawAnswer, requestText, sendRaw } from '#server/raw-http.fixture.ts'
import { startMirror } from '#server/small-portal.fixture.ts'

type Mirror = Awaited<ReturnType<typeof startMirror>>

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})
const start = async (parts: Parameters<typeof startMirror>[0] = {}): Promise<Mirror> => {
  const mirror = await startMirror(parts)
  stops.push(mirror.stop)
  return mirror
}

type Seen = {
  readonly url: string
  readonly method: string
  readonly body: string
  readonly headers: Record<string, string>
  readonly rawHeaders: string[]
  readonly origin: { requestId: string; address: string; agent: string; viaProxy: boolean }
}
const seen = ({ body }: RawAnswer): Seen => JSON.parse(body)
const problem = ({ body }: RawAnswer): Record<string, string> => JSON.parse(body)

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('the edge refuses requests that two parsers could read differently', () => {
  it.each([
    '/./api/v1/validate',
    '//api/v1/validate',
    '/a/../api/v1/validate',
    '/%2e/api/v1/validate',
    '/api%2fv1/validate',
    '/%61pi/v1/validate',
    '/api\\v1',
    'http://localhost/api/v1/validate',
    '*',
  ])('400 for the target %s', async (target) => {
    const { port, host, url } = await start()
    const answer = await sendRaw(port, requestText('GET', target, { host }))
    expect(answer.status).toBe(400)
    expect(problem(answer)).toMatchObject({
      type: `${url}/errors/request.malformed`,
      code: 'request.malformed',
      requestId: answer.headers['x-request-id'],
    })
  })

  it.each(['Host', 'Content-Type', 'Origin', 'Sec-Fetch-Site'])('400 for two %s headers', async (name) => {
    const { port, host } = await start()
    const answer = await sendRaw(port, requestText('GET', '/api/v1/me', { host, lines: [`${name}: a`, `${name}: b`] }))
    expect(answer.status).toBe(400)
    expect(answer.body).not.toContain('"api":true')
  })

  it.each(['Authorization', 'X-API-KEY'])('400 for two %s headers: which credential is meant?', async (name) => {
    const { port, host } = await start()
    const lines = [`${name}: one`, `${name.toLowerCase()}: two`]
    const answer = await sendRaw(port, requestText('GET', '/api/v1/validate', { host, lines }))
    expect(answer.status).toBe(400)
    expect(problem(answer)).toMatchObject({ code: 'credential.ambiguous' })
    expect(answer.body).not.toContain('two"')
  })

  it.each([
    ['length and chunks', ['Content-Length: 4', 'Transfer-Encoding: chunked']],
    ['two lengths', ['Content-Length: 4', 'Content-Length: 40']],
    ['a length that is no number', ['Content-Length: +4']],
    ['chunks behind another coding', ['Transfer-Encoding: chunked, identity']],
    ['a coding with a space before the colon', ['Transfer-Encoding : chunked']],
    ['a folded header', ['X-Folded: a', ' b: c']],
    ['a header without a name', [': value']],
  ])('400 and a closed connection for %s', async (_what, lines) => {
    const { port, host } = await start()
    const smuggled = '0\r\n\r\nGET /api/v1/smuggled HTTP/1.1\r\nHost: x\r\n\r\n'
    const text = requestText('POST', '/api/v1/tokens', { host, lines, body: smuggled })
    const answer = await sendRaw(port, text.replace('Connection: close\r\n', ''))
    expect(answer.status).toBe(400)
    expect(answer.body).not.toContain('smuggled')
  })

  it('405 for TRACE, which would show a caller its own headers', async () => {
    const { port, host } = await start()
    const answer = await sendRaw(port, requestText('TRACE', '/api/v1/me', { host, lines: ['X-API-KEY: k'] }))
    expect(answer.status).toBe(405)
    expect(answer.headers['allow']).toBe('GET, HEAD, POST')
  })

  it('431 for more than 16 KiB of headers', async () => {
    const { port, host } = await start()
    const answer = await sendRaw(port, requestText('GET', '/', { host, lines: [`X-Long: ${'a'.repeat(17_000)}`] }))
    expect(answer.status).toBe(431)
  })
})

describe('the edge says where a request came from, and no client can', () => {
  const FORGED = [
    'X-Forwarded-For: 10.6.6.6',
    'x-forwarded-host: evil.example',
    'X-FORWARDED-PROTO: https',
    'X-Forwarded-Port: 666',
    'Forwarded: for=10.6.6.6',
    'X-Real-IP: 10.6.6.6',
    'X-Request-Id: forged',
    'X-Latchkey-Edge: forged',
    'X-Latchkey-Address: 10.6.6.6',
    "Content-Security-Policy: script-src 'nonce-forged'",
    "Content-Security-Policy-Report-Only: script-src 'nonce-forged'",
    'X-Nonce: forged',
    'X-Middleware-Subrequest: middleware',
    'X-Matched-Path: /forged',
    'X-Invoke-Path: /forged',
    'User-Agent: probe/1',
    'X-Latchkey-Permission: a:b',
  ]

  it('hands the API its own request id, the address of the socket and the agent', async () => {
    const { port, host, url } = await start()
    const answer = await sendRaw(port, requestText('GET', '/api/v1/me', { host, lines: FORGED }))
    const { origin, headers, url: asked } = seen(answer)
    const requestId = answer.headers['x-request-id']
    expect(origin).toEqual({ requestId, address: '127.0.0.1', agent: 'probe/1', viaProxy: false })
    expect(origin.requestId).toMatch(UUID)
    expect(asked).toBe(`${url}/api/v1/me`)
    expect(Object.keys(headers).toSorted()).toEqual(['host', 'user-agent', 'x-latchkey-permission'])
  })

  it('tells pages the same in headers, cleaned in both of node:http’s forms', async () => {
    const { port, host } = await start()
    const answer = await sendRaw(port, requestText('GET', '/a/acme', { host, lines: FORGED }))
    const { headers, rawHeaders } = seen(answer)
    expect(JSON.stringify([headers, rawHeaders])).not.toMatch(/forged|10\.6\.6\.6|evil|"666"/)
    expect(headers).toMatchObject({
      host,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': host,
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(port),
      'x-request-id': answer.headers['x-request-id'],
      'content-security-policy': answer.headers['content-security-policy'],
    })
    const raw = new Headers()
    for (let index = 0; index < rawHeaders.length; index += 2) {
      raw.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '')
    }
    expect(Object.fromEntries(raw)).toEqual(headers)
  })

  it('marks what it tells pages, so that the other side knows it from a forgery', async () => {
    const { port, host } = await start()
    const answer = await sendRaw(port, requestText('GET', '/', { host, lines: FORGED }))
    const told = new Headers(seen(answer).headers)
    expect(readRequestOrigin(told)).toEqual({
      requestId: answer.headers['x-request-id'],
      address: '127.0.0.1',
      agent: 'probe/1',
    })
    const forged = new Headers({ 'x-latchkey-edge': 'forged', 'x-latchkey-address': '10.6.6.6', 'x-request-id': 'x' })
    expect(readRequestOrigin(forged)).toMatchObject({ address: undefined, agent: undefined })
    expect(readRequestOrigin(forged).requestId).toMatch(UUID)
  })

  it('hands on a proof of possession as it came, also with a body in chunks', async () => {
    const { port, host } = await start()
    const lines = ['DPoP: a.b.c', 'Transfer-Encoding: chunked']
    const answer = await sendRaw(
      port,
      requestText('POST', '/oauth/token', { host, lines, body: '1\r\na\r\n0\r\n\r\n' }),
    )
    expect(seen(answer)).toMatchObject({ body: 'a', headers: { dpop: 'a.b.c' } })
  })

  it('believes X-Forwarded-For of a trusted proxy alone', async () => {
    const { port, host } = await start({ trustedProxies: ['127.0.0.0/8'] })
    const lines = ['X-Forwarded-For: 6.6.6.6, 198.51.100.7']
    const api = await sendRaw(port, requestText('GET', '/api/v1/me', { host, lines }))
    expect(seen(api).origin).toMatchObject({ address: '198.51.100.7', viaProxy: true })
    const page = await sendRaw(port, requestText('GET', '/', { host, lines }))
    expect(seen(page).headers).toMatchObject({
      'x-forwarded-for': '198.51.100.7',
      'x-latchkey-address': '198.51.100.7',
    })
  })

  it('tells pages the outside names when a proxy speaks TLS for it', async () => {
    const { port } = await start({ url: 'https://portal.example.com' })
    const answer = await sendRaw(port, requestText('GET', '/', { host: `127.0.0.1:${port}` }))
    expect(seen(answer).headers).toMatchObject({
      host: 'portal.example.com',
      'x-forwarded-host': 'portal.example.com',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
    })
  })

  it('shortens an agent that fills pages', async () => {
    const { port, host } = await start()
    const lines = [`User-Agent: ${'a'.repeat(5000)}`]
    const answer = await sendRaw(port, requestText('GET', '/api/v1/me', { host, lines }))
    expect(seen(answer).origin.agent).toHaveLength(256)
  })
})

describe('the edge when something breaks', () => {
  it('answers 500 with the request id; what broke goes to the log alone', async () => {
    const { port, host, entries } = await start()
    for (const path of ['/api/broken', '/broken']) {
      const answer = await sendRaw(port, requestText('GET', path, { host }))
      expect(answer.status).toBe(500)
      expect(answer.headers['content-type']).toBe('application/problem+json')
      expect(problem(answer)).toMatchObject({ code: 'server.internal', requestId: answer.headers['x-request-id'] })
      expect(answer.body).not.toMatch(/secret detail|\.ts/)
      expect(entries.at(-1)).toEqual([
        'the request failed:',
        expect.objectContaining({ message: 'a secret detail' }),
        { requestId: answer.headers['x-request-id'] },
      ])
    }
  })

  it('speaks OAuth under /oauth', async () => {
    const { port, host } = await start()
    const lines = ['Content-Length: 70000']
    const answer = await sendRaw(port, requestText('POST', '/oauth/token', { host, lines }))
    expect(answer.status).toBe(413)
    expect(JSON.parse(answer.body)).toEqual({
      error: 'invalid_request',
      error_description: 'The body may hold at most 64 KB.',
    })
  })
})

describe('health', () => {
  it('is alive and ready, and not ready when it says so', async () => {
    let ready: true | string = true
    const { port, host } = await start({ isReady: async () => ready })
    const ask = async (method: string, path: string) => sendRaw(port, requestText(method, path, { host }))
    expect(await ask('GET', '/readyz')).toMatchObject({ status: 200, body: 'ok\n' })
    ready = 'stopping'
    expect(await ask('GET', '/healthz')).toMatchObject({ status: 200, body: 'ok\n' })
    expect(await ask('GET', '/readyz')).toMatchObject({ status: 503, body: 'not ready: stopping\n' })
    expect(await ask('HEAD', '/readyz')).toMatchObject({ status: 503, body: '' })
    expect((await ask('POST', '/readyz')).status).toBe(405)
  })

  it('answers whatever name a checker uses', async () => {
    const { port } = await start({ url: 'https://portal.example.com' })
    expect((await sendRaw(port, requestText('GET', '/healthz', { host: '10.0.0.7:3000' }))).status).toBe(200)
  })
})
