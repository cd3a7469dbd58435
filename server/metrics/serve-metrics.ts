import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { MetricsConfig } from '#lib/config/config.ts'
import { ConfigError } from '#lib/config/config-error.ts'
import type { Edge } from '#server/edge.ts'

/** Prometheus' text for whoever asks, of one process or of all. */
export type MetricsText = () => Promise<string>

const TYPE = 'text/plain; version=0.0.4; charset=utf-8'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const mayRead = ({ headers }: IncomingMessage, token: string | undefined): boolean =>
  token === undefined || timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`))

const answerShort = (response: ServerResponse, status: number, text: string, headers = {}): void => {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...headers })
  response.end(`${text}\n`)
}

/** Answers a request for the figures: 401 without the token, if one is set. */
const answerMetrics = async (
  request: IncomingMessage,
  response: ServerResponse,
  token: string | undefined,
  text: MetricsText,
): Promise<void> => {
  if (!mayRead(request, token))
    return answerShort(response, 401, 'A token is needed.', { 'WWW-Authenticate': 'Bearer' })
  if (request.method !== 'GET') return answerShort(response, 405, 'Use GET.', { Allow: 'GET' })
  try {
    const body = await text()
    response.writeHead(200, { 'Content-Type': TYPE, 'Cache-Control': 'no-store' }).end(body)
  } catch {
    answerShort(response, 503, 'The figures could not be gathered.')
  }
}

/** The edge with `/metrics` before it, for those who have the token; without a token, the edge itself. */
export const withMetrics = (edge: Edge, token: string | undefined, text: MetricsText): Edge =>
  token === undefined
    ? edge
    : (request, response, ...rest) =>
        request.url === '/metrics' ? answerMetrics(request, response, token, text) : edge(request, response, ...rest)

/** Where the figures have an address of their own. */
export type MetricsServer = { readonly port: number; close(): Promise<void> }

/** Serves the figures at their own address; undefined where none is set. Throws ConfigError when it is taken. */
export const serveMetrics = async (
  { listen, token }: MetricsConfig,
  text: MetricsText,
): Promise<MetricsServer | undefined> => {
  if (!listen) return undefined
  const server = createServer((request, response) => {
    if (request.url === '/metrics') void answerMetrics(request, response, token, text)
    else answerShort(response, 404, 'The figures are at /metrics.')
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', () =>
    reject(new ConfigError(`LATCHKEY_METRICS_PORT is ${listen.host}:${listen.port}, which cannot be listened on.`)),
  )
  server.listen({ host: listen.host, port: listen.port }, resolve)
  await promise
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : listen.port,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
