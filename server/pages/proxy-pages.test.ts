import { once } from 'node:events'
import { statSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { dirname } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { ORIGIN_HEADERS, readRequestOrigin } from '#lib/api/request-origin.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { PagesHandler } from '#server/edge-pages.ts'
import { keptLog } from '#server/logging/kept-log.fixture.ts'
import { makePagesAddress, PAGES_HEADERS, removePagesAddress } from '#server/pages/pages-address.ts'
import { proxyPages } from '#server/pages/proxy-pages.ts'
import { servePages } from '#server/pages/serve-pages.ts'
import { requestText, sendRaw } from '#server/raw-http.fixture.ts'
import { startMirror } from '#server/small-portal.fixture.ts'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

/** An edge, and pages behind it on a socket. */
const world = async (handle: PagesHandler) => {
  const address = makePagesAddress()
  const { entries, log } = keptLog()
  const proxied = proxyPages(address)
  const mirror = await startMirror({ pages: proxied.handle })
  const served = await servePages({ url: 'http://localhost', address, log, handle })
  const stopPages = async (): Promise<void> => {
    served.server.closeAllConnections()
    await served.stop(0)
  }
  ends.push(async () => removePagesAddress(address), stopPages, proxied.close, mirror.stop)
  const fetchPage = (path: string, init: RequestInit = {}) => fetch(`${mirror.url}${path}`, init)
  const post = (path: string, body: BodyInit, headers = {}) =>
    fetchPage(path, { method: 'POST', headers: { origin: mirror.url, ...headers }, body, redirect: 'manual' })
  return { ...mirror, address, entries, edgeEntries: mirror.entries, served, stopPages, fetchPage, post }
}

const waitFor = async (isSo: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 2000 && !isSo(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(isSo()).toBe(true)
}

const mirrored: PagesHandler = async (request, response) => {
  const { method, url, headers, rawHeaders } = request
  const origin = readRequestOrigin(new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)])))
  const before = response.getHeaders()
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify({ method, url, headers, rawHeaders, origin, before, body: await text(request) }))
}

type Told = {
  readonly headers: Readonly<Record<string, string>>
  readonly origin: { readonly address?: string; readonly requestId: string }
  readonly body: string
}

describe('a page of another process', () => {
  it('is asked as the edge would ask it here, and knows where the request came from', async () => {
    const { fetchPage, url } = await world(mirrored)
    const forged = { [ORIGIN_HEADERS.mark]: 'x', [ORIGIN_HEADERS.address]: '192.0.2.9', 'x-latchkey-answer': 'e30' }
    const answer = await fetchPage('/a/acme?b=%20c', { headers: { cookie: 'd=1', traceparent: '00-a', ...forged } })
    const told = (await answer.json()) as Told
    expect(told).toMatchObject({ method: 'GET', url: '/a/acme?b=%20c', body: '' })
    expect(told.headers).toMatchObject({ host: new URL(url).host, cookie: 'd=1', traceparent: '00-a' })
    expect(told.headers['x-forwarded-for']).toBe(told.origin.address)
    expect(told.origin.address).toMatch(/^(127\.0\.0\.1|::1)$/)
    expect(told.origin.requestId).toBe(answer.headers.get('x-request-id'))
    for (const name of Object.values(PAGES_HEADERS)) expect(JSON.stringify(told)).not.toContain(name)
  })

  it('finds its answer as the edge left it, and has the last word on it', async () => {
    const { fetchPage } = await world(async (request, response) => {
      if (request.url === '/own') {
        response.setHeader('Cache-Control', 'private, no-store')
        response.removeHeader('X-Robots-Tag')
        response.appendHeader('Set-Cookie', 'a=1; Path=/')
        response.appendHeader('Set-Cookie', 'b=2; Path=/')
        response.setHeader('Keep-Alive', 'timeout=1')
      }
      response.end(JSON.stringify(response.getHeaders()))
    })
    const plain = await fetchPage('/plain')
    const before = (await plain.json()) as Record<string, string>
    const names = ['cache-control', 'content-security-policy', 'x-frame-options', 'x-request-id', 'x-robots-tag']
    for (const name of names) expect(before[name]).toBe(plain.headers.get(name))
    expect(before['cache-control']).toBe('no-store')
    const own = await fetchPage('/own')
    expect(own.headers.get('cache-control')).toBe('private, no-store')
    expect(own.headers.get('x-robots-tag')).toBeNull()
    expect(own.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; Path=/'])
    expect(own.headers.get('keep-alive')).not.toBe('timeout=1')
    expect(own.headers.get('x-frame-options')).toBe('DENY')
  })

  it('gets and gives no header of a connection', async () => {
    const { port, host } = await world(mirrored)
    const lines = ['Connection: close, X-Hop', 'X-Hop: 1', 'TE: trailers', 'Upgrade: websocket', 'X-Kept: 2']
    const { body, headers } = await sendRaw(port, requestText('GET', '/', { host, lines }))
    const told = JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1))
    expect(Object.keys(told.headers)).not.toEqual(expect.arrayContaining(['x-hop']))
    for (const name of ['te', 'upgrade', 'x-hop']) expect(told.headers).not.toHaveProperty(name)
    expect(told.headers).toMatchObject({ 'x-kept': '2', connection: 'keep-alive' })
    expect(headers['connection']).toBe('close')
  })

  it('knows where a request came from that names what the edge says in its Connection', async () => {
    const { port, host, entries } = await world(mirrored)
    const ours = [...Object.values(ORIGIN_HEADERS), ...Object.values(PAGES_HEADERS), 'x-forwarded-for', 'Host']
    const lines = [`Connection: close, ${ours.join(', ')}`, 'connection: X-LATCHKEY-EDGE']
    const { status, body, headers } = await sendRaw(port, requestText('GET', '/', { host, lines }))
    expect(status).toBe(200)
    const told = JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)) as Told
    expect(told.origin).toMatchObject({ address: '127.0.0.1', requestId: headers['x-request-id'] })
    expect(told.headers).toMatchObject({ host, 'x-forwarded-for': '127.0.0.1' })
    expect(entries).toEqual([])
  })

  it.each(['GET', 'HEAD'])('answers %s with its own status, and a redirect to a form with 303', async (method) => {
    const { fetchPage, post } = await world(async (request, response) => {
      response.writeHead(request.url === '/gone' ? 410 : 307, { Location: '/elsewhere', 'Content-Length': '4' })
      response.end('gone')
    })
    const gone = await fetchPage('/gone', { method })
    expect([gone.status, gone.headers.get('content-length')]).toEqual([410, '4'])
    expect(await gone.text()).toBe(method === 'HEAD' ? '' : 'gone')
    const moved = await post('/form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' })
    expect([moved.status, moved.headers.get('location')]).toEqual([303, '/elsewhere'])
  })

  it.each([
    ['of 64 KB', 'a'.repeat(64 * 1024)],
    ['that is empty', ''],
  ])('reads a form %s whole', async (_, form) => {
    const { post } = await world(mirrored)
    const told = (await (await post('/form', form, { 'content-type': 'text/plain' })).json()) as Told
    expect(told.body).toBe(form)
    expect(told.headers['content-length']).toBe(String(form.length))
    expect(told.headers).not.toHaveProperty('transfer-encoding')
  })

  it('is heard as it speaks: what it has said arrives before the rest is there', async () => {
    const rest = Promise.withResolvers<void>()
    const { fetchPage } = await world(async (_request, response) => {
      response.write('first,')
      await rest.promise
      response.end('last')
    })
    const reader = (await fetchPage('/')).body?.getReader()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('first,')
    rest.resolve()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('last')
  })

  it('is not read further than whoever asked reads it', async () => {
    const page = { written: 0, ended: false }
    const MEGABYTE = Buffer.alloc(1024 * 1024, 'x')
    const { url } = await world(async (_request, response) => {
      for (; page.written < 64; page.written += 1) if (!response.write(MEGABYTE)) await once(response, 'drain')
      response.end()
      page.ended = true
    })
    const { promise, resolve } = Promise.withResolvers<IncomingMessage>()
    get(url, resolve)
    const answer = await promise
    await new Promise((settled) => setTimeout(settled, 500))
    expect(page.ended).toBe(false)
    let read = 0
    for await (const chunk of answer) read += (chunk as Buffer).length
    expect(read).toBe(64 * MEGABYTE.length)
  })
})

describe('whoever goes away', () => {
  it('takes the page that is being made along', async () => {
    const page = { begun: false, gone: false }
    const { fetchPage, edgeEntries, entries } = await world(async (_request, response) => {
      page.begun = true
      response.once('close', () => {
        page.gone = true
      })
      await new Promise(() => undefined)
    })
    const leave = new AbortController()
    const asked = fetchPage('/', { signal: leave.signal }).catch(() => 'left')
    await waitFor(() => page.begun)
    leave.abort()
    expect(await asked).toBe('left')
    await waitFor(() => page.gone)
    expect([...edgeEntries, ...entries]).toEqual([])
  })

  it('may do so in the middle of an answer', async () => {
    const page = { gone: false }
    const { fetchPage, edgeEntries } = await world(async (_request, response) => {
      response.once('close', () => {
        page.gone = true
      })
      response.write('first,')
      await new Promise(() => undefined)
    })
    const leave = new AbortController()
    const reader = (await fetchPage('/', { signal: leave.signal })).body?.getReader()
    await reader?.read()
    leave.abort()
    await waitFor(() => page.gone)
    expect(edgeEntries).toEqual([])
  })

  it('is the page itself, and the answer is cut off for all to see', async () => {
    const { fetchPage, edgeEntries } = await world(async (_request, response) => {
      response.write('first,')
      setTimeout(() => response.destroy(), 50)
    })
    const answer = await fetchPage('/')
    await expect(answer.text()).rejects.toThrow('terminated')
    await waitFor(() => edgeEntries.length > 0)
    expect(edgeEntries[0]?.[0]).toBe('the request failed:')
  })
})

describe('nobody behind the socket', () => {
  it('is 503 and come again, until somebody is', async () => {
    const { fetchPage, post, stopPages, address } = await world(mirrored)
    expect((await fetchPage('/')).status).toBe(200)
    await stopPages()
    for (const answer of [await fetchPage('/'), await post('/form', 'a=1')]) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    }
    const again = await servePages({ url: 'http://localhost', address, log: keptLog().log, handle: mirrored })
    expect((await fetchPage('/')).status).toBe(200)
    again.server.closeAllConnections()
    await again.stop(0)
  })

  it('in the middle of it is the same for a page, and 500 for a form that may have been done', async () => {
    const { fetchPage, post, edgeEntries } = await world(async (request) => void request.socket.destroy())
    expect((await fetchPage('/')).status).toBe(503)
    expect((await post('/form', 'a=1')).status).toBe(500)
    expect(edgeEntries).toHaveLength(1)
  })
})

describe('a page that fails', () => {
  it('says why to whom it concerns, and the rest to the log of its process', async () => {
    const { fetchPage, entries, edgeEntries } = await world(async (request) => {
      if (request.url === '/busy') throw new PortalError('server.overloaded', { retryAfterSeconds: 1 })
      throw new Error('a secret detail')
    })
    const busy = await fetchPage('/busy')
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '1'])
    const broken = await fetchPage('/broken')
    const problem = (await broken.json()) as Record<string, unknown>
    expect(problem).toMatchObject({ code: 'server.internal', requestId: broken.headers.get('x-request-id') })
    expect(JSON.stringify(problem)).not.toContain('secret detail')
    expect(entries).toEqual([
      ['the request failed:', new Error('a secret detail'), { requestId: broken.headers.get('x-request-id') }],
    ])
    expect(edgeEntries).toEqual([])
  })
})

describe('the socket', () => {
  const askSocket = async (socketPath: string, headers: Readonly<Record<string, string>>) => {
    const { promise, resolve } = Promise.withResolvers<IncomingMessage>()
    get({ socketPath, path: '/', headers, agent: false }, resolve)
    const answer = await promise
    return [answer.statusCode, await text(answer)]
  }

  it('is for those who know its secret', async () => {
    const asked: string[] = []
    const { address } = await world(async (request, response) => {
      asked.push(request.url ?? '')
      response.end('page')
    })
    const secret = PAGES_HEADERS.secret
    const said = { [PAGES_HEADERS.answer]: 'e30' }
    for (const forged of ['', 'x', `${address.secret}x`, address.secret.slice(0, -1)])
      expect(await askSocket(address.path, { ...said, [secret]: forged })).toEqual([403, ''])
    expect(await askSocket(address.path, { ...said, [ORIGIN_HEADERS.mark]: address.secret })).toEqual([403, ''])
    expect(asked).toEqual([])
    expect(await askSocket(address.path, { ...said, [secret]: address.secret })).toEqual([200, 'page'])
  })

  it.skipIf(process.platform === 'win32')('lies in a folder that only this user can enter', async () => {
    const { address } = await world(mirrored)
    expect((statSync(dirname(address.path)).mode & 0o777).toString(8)).toBe('700')
    expect(statSync(address.path).isSocket()).toBe(true)
  })

  it('is not reached by what a client says', async () => {
    const { fetchPage } = await world(mirrored)
    const answer = await fetchPage('/', { headers: { [PAGES_HEADERS.secret]: 'forged' } })
    expect(answer.status).toBe(200)
    expect(await answer.text()).not.toContain('forged')
  })
})
