import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
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
  readonly origin: { requestId: string; address: string; agent: string }
}
const seen = ({ body }: RawAnswer): Seen => JSON.parse(body)
const problem = ({ body }: RawAnswer): Record<string, string> => JSON.parse(body)

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('the edge and the name in Host', () => {
  it('never lets another name through to either plane', async () => {
    const { port, host, url } = await start()
    const api = await sendRaw(port, requestText('GET', '/api/v1/me', { host: 'evil.example' }))
    expect(seen(api)).toMatchObject({ url: `${url}/api/v1/me`, headers: { host } })
    const page = await sendRaw(port, requestText('GET', '/', { host: 'evil.example' }))
    expect(page.body).not.toContain('evil.example')
  })

  const NAVIGATION = ['Accept: text/html,*/*;q=0.8', 'Sec-Fetch-Dest: document']

  it('moves a browser that came by another name to the portal’s own', async () => {
    const { port, url } = await start()
    const text = requestText('GET', '/a/acme?x=1', { host: `127.0.0.1:${port}`, lines: NAVIGATION })
    const answer = await sendRaw(port, text)
    expect(answer.status).toBe(307)
    expect(answer.headers['location']).toBe(`${url}/a/acme?x=1`)
    expect(answer.headers['set-cookie']).toBe('latchkey-moved=1; Path=/; Max-Age=600; HttpOnly; SameSite=Lax')
  })

  it('serves it the second time, when a proxy hides the name', async () => {
    const { port, host } = await start()
    const lines = [...NAVIGATION, 'Cookie: a=b; latchkey-moved=1']
    const answer = await sendRaw(port, requestText('GET', '/', { host: 'portal-1', lines }))
    expect(answer.status).toBe(200)
    expect(seen(answer).headers['host']).toBe(host)
  })

  it.each([
    ['https://portal.example.com', 'portal.example.com', 200],
    ['https://portal.example.com', 'PORTAL.example.com:443', 200],
    ['https://portal.example.com', 'portal.example.com:8443', 307],
    ['http://portal.example.com', 'portal.example.com:80', 200],
    ['http://portal.example.com:8080', 'portal.example.com', 307],
    ['http://[::1]:8080', '[::1]:8080', 200],
  ])('for %s the name %s gets %i', async (url, host, status) => {
    const { port } = await start({ url })
    expect((await sendRaw(port, requestText('GET', '/', { host, lines: NAVIGATION }))).status).toBe(status)
  })

  it('leaves programs, scripts and posts where they are', async () => {
    const { port, url } = await start()
    const host = `127.0.0.1:${port}`
    const script = ['Accept: text/html', 'Sec-Fetch-Dest: empty']
    expect((await sendRaw(port, requestText('GET', '/', { host }))).status).toBe(200)
    expect((await sendRaw(port, requestText('GET', '/', { host, lines: script }))).status).toBe(200)
    const post = [...NAVIGATION, `Origin: ${url}`, 'Content-Length: 0']
    expect((await sendRaw(port, requestText('POST', '/', { host, lines: post }))).status).toBe(200)
  })
})

describe('the edge and posts to pages', () => {
  const post = async (mirror: Mirror, lines: readonly string[], path = '/a/acme/tokens/new') =>
    sendRaw(
      mirror.port,
      requestText('POST', path, { host: mirror.host, lines: [...lines, 'Content-Length: 3'], body: 'a=b' }),
    )

  it('takes those of the portal’s own pages', async () => {
    const mirror = await start()
    const answer = await post(mirror, [`Origin: ${mirror.url}`])
    expect(answer.status).toBe(200)
    expect(seen(answer)).toMatchObject({ method: 'POST', body: 'a=b' })
    expect((await post(mirror, ['Sec-Fetch-Site: same-origin'])).status).toBe(200)
    expect((await post(mirror, [`Origin: ${mirror.url}`], '/api/auth/signout')).status).toBe(200)
  })

  it.each([
    ['nothing that says whence', []],
    ['Origin: null', ['Origin: null']],
    ['an empty Origin', ['Origin: ']],
    ['another site', ['Origin: https://evil.example']],
    ['another site that claims the same origin', ['Origin: https://evil.example', 'Sec-Fetch-Site: same-origin']],
    ['the same site', ['Sec-Fetch-Site: same-site']],
    ['a typed address', ['Sec-Fetch-Site: none']],
  ])('403 for %s', async (_what, lines) => {
    const mirror = await start()
    for (const path of ['/', '/api/auth/signout']) {
      const answer = await post(mirror, lines, path)
      expect(answer.status).toBe(403)
      expect(problem(answer)).toMatchObject({ code: 'request.origin' })
    }
  })

  it('lead on with 303, so that no form is sent to a second page', async () => {
    const pages = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      // As Next does it: the status first, the head with the first byte of the body.
      response.statusCode = Number(request.url?.slice(1))
      response.setHeader('Location', '/sign-in')
      response.end('elsewhere')
    }
    const mirror = await start({ pages })
    const origin = [`Origin: ${mirror.url}`]
    expect((await post(mirror, origin, '/307')).status).toBe(303)
    expect((await post(mirror, origin, '/308')).status).toBe(308)
    expect((await post(mirror, origin, '/200')).status).toBe(200)
    expect((await sendRaw(mirror.port, requestText('GET', '/307', { host: mirror.host }))).status).toBe(307)
  })

  it('compares the whole origin', async () => {
    const mirror = await start()
    for (const origin of [
      `${mirror.url}0`,
      `${mirror.url}/`,
      mirror.url.replace('http', 'https'),
      'http://localhost',
    ]) {
      expect((await post(mirror, [`Origin: ${origin}`])).status).toBe(403)
    }
  })

  it('shows people a page that says where to go, and to nothing else the way', async () => {
    const mirror = await start()
    const answer = await post(mirror, ['Origin: https://evil.example', 'Accept: text/html'])
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.body).toContain(`Open ${mirror.url} and try again.`)
    expect(answer.body).toContain(String(answer.headers['x-request-id']))
    expect(answer.headers['content-security-policy']).toContain(`default-src 'none'`)
  })

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])('405 for %s on a page', async (method) => {
    const { port, host, url } = await start()
    expect((await sendRaw(port, requestText(method, '/', { host, lines: [`Origin: ${url}`] }))).status).toBe(405)
  })

  it('leaves posts to the API to the API', async () => {
    const { port, host } = await start()
    const lines = ['Origin: https://evil.example', 'Content-Length: 3']
    const answer = await sendRaw(port, requestText('POST', '/oauth/token', { host, lines, body: 'a=b' }))
    expect(seen(answer)).toMatchObject({ method: 'POST', body: 'a=b' })
  })
})

describe('the edge and the headers of answers', () => {
  it('gives pages a policy with a nonce of their own and the rest', async () => {
    const { port, host } = await start({ issuer: 'https://id.example.com/realms/a' })
    const [first, second] = await Promise.all([1, 2].map(() => sendRaw(port, requestText('GET', '/', { host }))))
    const policy = first?.headers['content-security-policy'] ?? ''
    expect(policy).toMatch(/script-src 'self' 'nonce-[A-Za-z0-9+/]{22}==' 'strict-dynamic';/)
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    expect(policy).toContain(`form-action 'self' https://id.example.com;`)
    for (const part of [`base-uri 'none'`, `frame-ancestors 'none'`, `object-src 'none'`])
      expect(policy).toContain(part)
    expect(second?.headers['content-security-policy']).not.toBe(policy)
    expect(first?.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow',
    })
    expect(first?.headers['permissions-policy']).toContain('camera=()')
    expect(first?.headers['strict-transport-security']).toBeUndefined()
  })

  it('asks for https for a year where the portal speaks it', async () => {
    const { port } = await start({ url: 'https://portal.example.com' })
    for (const path of ['/', '/api/v1/me', '/%2e']) {
      const answer = await sendRaw(port, requestText('GET', path, { host: 'portal.example.com' }))
      expect(answer.headers['strict-transport-security']).toBe('max-age=31536000')
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
      expect(answer.headers['x-request-id']).toMatch(UUID)
    }
  })

  it('lets built files be kept by browsers', async () => {
    const { port, host } = await start()
    const answer = await sendRaw(port, requestText('GET', '/_next/static/chunks/a.js', { host }))
    expect(answer.headers['cache-control']).toBeUndefined()
    expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin')
  })

  it.each([
    '/_next/image?url=%2Fa.png&w=64&q=75',
    '/_next/image',
    '/_next/image/',
    '/_global-error',
    '/_global-error.rsc',
  ])('404 for %s', async (target) => {
    const { port, host } = await start()
    expect((await sendRaw(port, requestText('GET', target, { host }))).status).toBe(404)
  })
})
