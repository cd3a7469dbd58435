import type { Registry } from 'prom-client'
import type { Config } from '#lib/config/config.ts'
import { readConfig } from '#lib/config/env.ts'
import { systemClock } from '#server/adapters/system-clock.ts'
import { createApiListener } from '#server/api-listener.ts'
import { createEdge, type Edge } from '#server/edge.ts'
import type { PagesHandler } from '#server/edge-pages.ts'
import { createHttpServer } from '#server/http-server.ts'
import type { ServerLog } from '#server/logging/log.ts'
import { allAround } from '#server/metrics/around.ts'
import { createFigures, type FigureSources } from '#server/metrics/figures.ts'
import { createMeasured, type Measured } from '#server/metrics/measured.ts'
import { type MetricsText, withMetrics } from '#server/metrics/serve-metrics.ts'
import { pacePages } from '#server/pace-pages.ts'
import type { ServedPortal, StartOptions } from '#server/served-portal.ts'
import { shedLoad, startLagMeter } from '#server/shed-load.ts'
import type { Tracing } from '#server/tracing/open-tracing.ts'
import { VERSION } from '#server/version.ts'
import { type RequestWatcher, watchRequests } from '#server/watch-requests.ts'

const GRACE_MS = 10_000
const PORTAL = Symbol.for('latchkey.portal')

/** A process that answers requests. */
export type Running = {
  readonly config: Config
  readonly portal: ServedPortal
  /** What monitoring is answered; undefined: nothing is measured. */
  readonly metrics: MetricsText | undefined
  /** Lets what is under way finish (at most 10 s), stores counted use, closes; rejects if use could not be stored. */
  stop(): Promise<void>
}

const answerStarting: PagesHandler = async (request, response) => {
  const alive = request.url === '/healthz'
  response.writeHead(alive ? 200 : 503, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    Connection: 'close',
    ...(alive ? {} : { 'Retry-After': '1' }),
  })
  response.end(alive ? 'ok\n' : 'Latchkey is starting.\n')
}

// Some twenty packages, for those alone who have a collector.
const loadTracing = async (endpoint: string): Promise<Tracing> => {
  const { openTracing } = await import('#server/tracing/open-tracing.ts')
  return openTracing(endpoint)
}

// Failures have lines of their own; what went well is for those who look for something.
const accessLines = (log: ServerLog): readonly RequestWatcher[] =>
  log.isDebug
    ? [
        ({ routeClass, method, status, milliseconds, requestId }) =>
          log.debug('answered', { requestId, method, route: routeClass, status, ms: Math.round(milliseconds) }),
      ]
    : []

const sourcesOf = ({ figures, readiness }: ServedPortal, measured: Measured): FigureSources => ({
  measured,
  figures,
  isReady: async () => (await readiness()) === true,
  version: VERSION,
  now: () => systemClock.now(),
})

/**
 * Starts one process: takes its port first (a taken one must not migrate a database under whoever serves it), then puts
 * the portal together, then the pages. The API answers as soon as there is a portal: others' systems wait for it. Ready
 * is a process that has pages as well. `dev`, `openLog`, `compose` and `openPages` as the options say. `metricsOf` says
 * what monitoring is answered, from the figures of this process.
 */
export const runServer = async (
  { env, dev, openLog, compose, openPages }: StartOptions,
  metricsOf: (own: Registry) => MetricsText = (own) => () => own.metrics(),
): Promise<Running> => {
  const behind: { edge?: Edge; paced?: PagesHandler } = {}
  let stopping = false
  const log = openLog(readConfig(env).log)
  const http = createHttpServer((...request) => (behind.edge ?? answerStarting)(...request), log)
  const port = await http.listen(readConfig(env).port)
  const config = readConfig({ ...env, PORT: String(port) })
  const measured = config.metrics && createMeasured()
  const tracing = config.otlpEndpoint === undefined ? undefined : await loadTracing(config.otlpEndpoint)
  const around = allAround([measured?.around, tracing?.around].filter((one) => one !== undefined))
  const portal = await compose(config, { log, around })
  // Next bundles its own copy of lib: app/portal.ts finds this process' one portal here.
  Reflect.set(globalThis, PORTAL, portal)
  const edge = createEdge({
    url: config.url,
    trustedProxies: config.trustedProxies,
    issuer: config.oidc?.issuer,
    dev,
    api: createApiListener(portal.api, config.url, log),
    pages: (request, response) => (behind.paced ?? answerStarting)(request, response),
    isReady: () => (stopping ? 'stopping' : behind.paced ? portal.readiness() : 'starting'),
    log,
  })
  const metrics = measured && metricsOf(createFigures(sourcesOf(portal, measured)))
  const meter = startLagMeter()
  const protectedEdge = shedLoad(tracing?.edge(edge) ?? edge, { url: config.url, log, meter })
  const watched = watchRequests(protectedEdge, [...accessLines(log), ...(measured ? [measured.watcher] : [])])
  behind.edge = metrics ? withMetrics(watched, config.metrics?.token, metrics) : watched
  const pages = await openPages({ url: config.url, port, dev, server: http.server })
  behind.paced = pacePages(pages.handle)
  const stop = async (): Promise<void> => {
    stopping = true
    await http.stop(GRACE_MS)
    meter.stop()
    await pages.close()
    try {
      await portal.flushUsage()
    } finally {
      await portal.close()
      await tracing?.close().catch((thrown: unknown) => log.error('the last traces could not be sent:', thrown))
    }
  }
  return { config, portal, metrics, stop }
}
