import { afterEach, describe, expect, it } from 'vitest'
import type { Edge } from '#server/edge.ts'
import { createHttpServer } from '#server/http-server.ts'
import { keptLog } from '#server/logging/kept-log.fixture.ts'
import { requestText, sendRaw } from '#server/raw-http.fixture.ts'
import { routeClassOf } from '#server/route-class.ts'
import { type RequestWatcher, type WatchedRequest, watchRequests } from '#server/watch-requests.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

const serve = async (edge: Edge, watchers: readonly RequestWatcher[]) => {
  const http = createHttpServer(watchRequests(edge, watchers), keptLog().log)
  stops.push(() => http.stop(0))
  return http.listen(0)
}

describe('watchRequests', () => {
  it('tells each watcher what was answered, under the id that the edge answered with', async () => {
    const seen: WatchedRequest[] = []
    const port = await serve(
      async (request, response, _awaits, requestId) => {
        request.url = '/rewritten'
        response.writeHead(418, { 'X-Request-Id': requestId }).end()
      },
      [(request) => seen.push(request), (request) => seen.push(request)],
    )
    const answer = await sendRaw(port, requestText('POST', '/oauth/token?a=b', { host: 'x' }))
    expect(seen).toHaveLength(2)
    expect(seen[0]).toEqual({
      routeClass: 'token',
      method: 'POST',
      status: 418,
      milliseconds: expect.any(Number),
      requestId: answer.headers['x-request-id'],
    })
    expect(seen[0]?.milliseconds).toBeGreaterThanOrEqual(0)
  })

  it('tells of those that nobody answered', async () => {
    const seen: WatchedRequest[] = []
    const port = await serve(async () => Promise.reject(new Error('broken')), [(request) => seen.push(request)])
    await sendRaw(port, requestText('GET', '/', { host: 'x' })).catch(() => undefined)
    expect(seen).toMatchObject([{ status: 499, routeClass: 'pages' }])
  })

  it('is the edge itself when nobody watches', () => {
    const edge: Edge = async () => undefined
    expect(watchRequests(edge, [])).toBe(edge)
  })
})

describe('routeClassOf', () => {
  it.each([
    ['/api/v1/validate', 'validate'],
    ['/api/v1/validate?permission=a:b', 'validate'],
    ['/api/v1/validate/some/path', 'validate'],
    ['/api/v1/validated', 'management'],
    ['/api/v1/me', 'validate'],
    ['/api/v1/tenants/x/tokens', 'management'],
    ['/oauth/token', 'token'],
    ['/oauth/introspect', 'introspect'],
    ['/oauth/revoke', 'revoke'],
    ['/oauth/other', 'management'],
    ['/.well-known/jwks.json', 'metadata'],
    ['/api/auth/session', 'pages'],
    ['/_next/static/x.js', 'assets'],
    ['/healthz', 'health'],
    ['/readyz', 'health'],
    ['/a/acme/tokens', 'pages'],
    ['/', 'pages'],
    ['', 'pages'],
    ['//api/v1/validate', 'pages'],
  ])('%s is %s', (target, expected) => {
    expect(routeClassOf(target)).toBe(expected)
  })
})
