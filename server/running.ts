import cluster from 'node:cluster'
import type { Registry } from 'prom-client'
import type { Config } from '#lib/config/config.ts'
import { readConfig } from '#lib/config/env.ts'
import { systemClock } from '#server/adapters/system-clock.ts'
import { answerStarting } from '#server/answer-starting.ts'
import { createApiListener } from '#server/api-listener.ts'
import { composeHere } from '#server/compose-here.ts'
import { createEdge, type Edge } from '#server/edge.ts'
import { withReadableForms } from '#server/edge-form.ts'
import type { PagesHandler } from '#server/edge-pages.ts'
import { createHttpServer } from '#server/http-server.ts'
import type { ServerLog } from '#server/logging/log.ts'
import { createFigures, type FigureSources } from '#server/metrics/figures.ts'
import type { Measured } from '#server/metrics/measured.ts'
import { type MetricsText, withMetrics } from '#server/metrics/serve-metrics.ts'
import { pacePages } from '#server/pace-pages.ts'
import { takeRealtimeRank } from '#server/realtime-rank.ts'
import type { ServedPortal, StartOptions } from '#server/served-portal.ts'
import { shedLoad, startLagMeter } from '#server/shed-load.ts'
import { VERSION } from '#server/version.ts'
import { type RequestWatcher, watchRequests } from '#server/watch-requests.ts'

const GRACE_MS = 10_000

/** A process that answers requests. */
export type Running = {
  readonly config: Config
  readonly portal: ServedPortal
  /** What monitoring is answered; undefined: nothing is measured. */
  readonly metrics: MetricsText | undefined
  /** Lets what is under way finish (at most 10 s), stores counted use, closes; rejects if use could not be stored. */
  stop(): Promise<void>
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

// The first has looked whether the port is free. Who listened before it can answer would get a share of the connections, and
// tell them that it starts while others would have answered.
const joinsOthers = (): boolean => (cluster.worker?.id ?? 1) > 1

/**
 * Starts one process: takes its port first (a taken one must not migrate a database under whoever serves it), then puts
 * the portal together, then opens the pages. The API answers as soon as there is a portal: others' systems wait for it. One
 * that joins others takes the port only then.
 * Ready is a process that has had pages. `metricsOf` says what monitoring is answered, from the figures of this process.
 */
export const runServer = async (
  { env, dev, openLog, compose, openPages, pagesApart = false }: StartOptions,
  metricsOf: (own: Registry) => MetricsText = (own) => () => own.metrics(),
): Promise<Running> => {
  const behind: { edge?: Edge; pages?: PagesHandler } = {}
  let stopping = false
  const log = openLog(readConfig(env).log)
  const http = createHttpServer((...request) => (behind.edge ?? answerStarting)(...request), log)
  const listen = (): Promise<number> => http.listen(readConfig(env).port, { isShared: cluster.isWorker })
  const isLate = joinsOthers()
  const port = isLate ? readConfig(env).port : await listen()
  const config = readConfig({ ...env, PORT: String(port) })
  // Before what has threads of its own: theirs are to have the usual rank.
  if (config.rank === 'realtime') await takeRealtimeRank()
  const { url } = config
  const here = await composeHere(config, { log, compose, choring: !pagesApart })
  const { portal, measured, tracing } = here
  const edge = createEdge({
    url,
    trustedProxies: config.trustedProxies,
    issuer: config.oidc?.issuer,
    dev,
    api: createApiListener(portal.api, url, log),
    pages: (request, response) => (behind.pages ?? answerStarting)(request, response),
    isReady: () => (stopping ? 'stopping' : behind.pages ? portal.readiness() : 'starting'),
    log,
  })
  const metrics = measured && metricsOf(createFigures(sourcesOf(portal, measured)))
  const meter = startLagMeter()
  const protectedEdge = shedLoad(tracing?.edge(edge) ?? edge, { url, log, meter })
  const watched = watchRequests(protectedEdge, [...accessLines(log), ...(measured ? [measured.watcher] : [])])
  behind.edge = metrics ? withMetrics(watched, config.metrics?.token, metrics) : watched
  if (isLate) await listen()
  const pages = await openPages({ url, port, dev, server: http.server, log })
  behind.pages = pagesApart ? pages.handle : pacePages(withReadableForms(pages.handle))
  const stop = async (): Promise<void> => {
    stopping = true
    await http.stop(GRACE_MS)
    meter.stop()
    await pages.close()
    await here.close()
  }
  return { config, portal, metrics, stop }
}
