import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { crashWorld } from '#server/attack/crash-world.fixture.ts'
import { startChild } from '#server/child.fixture.ts'
import { serveHere } from '#server/served-here.fixture.ts'

type SentSpan = {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[]
  readonly status: { readonly code?: number; readonly message?: string }
}
type Sent = {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[] }[]
}

/** A collector: it takes what is posted, as OTLP's JSON. */
const openCollector = async () => {
  const bodies: string[] = []
  const paths = new Set<string>()
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    paths.add(request.url ?? '')
    bodies.push(body)
    response.setHeader('Content-Type', 'application/json').end('{}')
  }
  const server = createServer((request, response) => void take(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    paths,
    bodies,
    spans: () =>
      bodies.flatMap((body) => {
        const { resourceSpans }: Sent = JSON.parse(body)
        return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
      }),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

let collector: Awaited<ReturnType<typeof openCollector>>
beforeEach(async () => {
  collector = await openCollector()
})
afterEach(() => collector.close())

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const CALLER = '00f067aa0ba902b7'

describe('traces', () => {
  it('go to the collector: requests below their callers, the store below requests, and nothing that was carried', async () => {
    const served = await serveHere({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } })
    const [token, client] = [await served.accessToken(), await served.client()]
    const ask = (path: string, headers: Readonly<Record<string, string>>, body?: URLSearchParams) =>
      fetch(`${served.url}${path}`, { headers, ...(body ? { method: 'POST', body } : {}) })
    const validated = await ask('/api/v1/validate?permission=a:b', {
      'x-api-key': token,
      traceparent: `00-${TRACE_ID}-${CALLER}-01`,
    })
    await ask('/a/path-of-a-page?code=739154', { traceparent: `00-${TRACE_ID}-${CALLER}-00` })
    await ask('/a/path-of-a-page', { traceparent: 'ff-nonsense' })
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client.id,
      client_secret: client.secret,
    })
    await ask('/oauth/token', {}, form)
    await served.stop()
    expect([...collector.paths]).toEqual(['/v1/traces'])
    const spans = collector.spans()
    const [request] = spans.filter(({ name }) => name === 'GET validate')
    expect(request).toMatchObject({ traceId: TRACE_ID, parentSpanId: CALLER })
    expect(
      Object.fromEntries(request?.attributes.map(({ key, value }) => [key, Object.values(value)[0]]) ?? []),
    ).toEqual({
      'http.request.method': 'GET',
      'latchkey.route': 'validate',
      'http.response.status_code': validated.status,
      'latchkey.request_id': validated.headers.get('x-request-id'),
    })
    expect(spans.some(({ name, parentSpanId }) => name === 'store.read' && parentSpanId === request?.spanId)).toBe(true)
    const exchange = spans.find(({ name }) => name === 'POST token')
    expect(exchange?.parentSpanId ?? '').toBe('')
    expect(spans.some(({ name, parentSpanId }) => name === 'store.write' && parentSpanId === exchange?.spanId)).toBe(
      true,
    )
    // One of the two: the other's caller is not sampled.
    expect(spans.filter(({ name }) => name === 'GET pages')).toHaveLength(1)
    const text = collector.bodies.join('')
    for (const carried of [token, client.secret, client.id, '739154', 'path-of-a-page', 'acme.example', '127.0.0.1'])
      expect(text).not.toContain(carried)
  })

  it('say of what failed that it did, without what was thrown', async () => {
    const served = await serveHere({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
      openPages: async () => ({
        handle: async () => {
          throw new Error('a secret detail')
        },
        close: async () => {},
      }),
    })
    await fetch(served.url)
    await served.stop()
    expect(collector.spans().find(({ name }) => name === 'GET pages')?.status).toEqual({ code: 2 })
    expect(collector.bodies.join('')).not.toContain('secret detail')
  })
})

describe('a page of another process', () => {
  it('does its work below the span of the request that asked for it', async () => {
    const world = await crashWorld()
    const served = world.start(join(import.meta.dirname, '../pages/elsewhere.fixture.ts'), {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    })
    await served.until('/readyz')
    const headers = { cookie: world.owner.cookie, traceparent: `00-${TRACE_ID}-${CALLER}-01` }
    await served.send(`/elsewhere/GET${world.owner.tokens}`, { headers })
    process.kill(served.pid, 'SIGTERM')
    expect(await served.ended).toBe(0)
    await world.remove()
    const spans = collector.spans().filter(({ traceId }) => traceId === TRACE_ID)
    const [page, ...others] = spans.filter(({ name }) => name === 'GET pages')
    expect(page?.parentSpanId).toBe(CALLER)
    expect(others).toEqual([])
    const work = spans.filter(({ name }) => name === 'store.read')
    expect(work.length).toBeGreaterThan(0)
    expect(new Set(work.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([page?.spanId]))
  })
})

describe('what is loaded', () => {
  const loadedWith = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-loaded-'))
    const coverage = join(folder, 'coverage')
    const program = join(import.meta.dirname, '../small-start.fixture.ts')
    const child = startChild(program, { PORT: '0', FIXTURE_FOLDER: folder, NODE_V8_COVERAGE: coverage, ...env })
    await child.saying(/Latchkey is ready/)
    child.process.kill('SIGTERM')
    await child.ended
    const told = readdirSync(coverage).map((name) => readFileSync(join(coverage, name), 'utf8'))
    rmSync(folder, { recursive: true })
    return told.join('')
  }
  const SDK = /@opentelemetry\/(?:sdk-trace|exporter-trace-otlp-http)/

  it('is the SDK where there is a collector, and nothing of it where there is none', async () => {
    const [without, beside] = await Promise.all([
      loadedWith({}),
      loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }),
    ])
    expect(without).toContain('server/running.ts')
    expect(without).not.toMatch(SDK)
    expect(beside).toMatch(SDK)
  })
})
