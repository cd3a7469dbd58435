import cluster from 'node:cluster'
import type { Config } from '#lib/config/config.ts'
import { readConfig } from '#lib/config/env.ts'
import { quickly } from '#server/load-quickly.ts'
import { serveMetrics } from '#server/metrics/serve-metrics.ts'
import { isPagesProcess } from '#server/pages/pages-messages.ts'
import type { Running, runServer as RunServer } from '#server/running.ts'
import type { StartOptions } from '#server/served-portal.ts'
import { describeStartFailure } from '#server/start-failure.ts'
import { exitAfter, onStopSignal } from '#server/stop-signals.ts'
import { runWorkers } from '#server/workers.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Tells the terminal that all is up, and what its reader may need to know. */
const announce =
  ({ neverSends }: StartOptions) =>
  ({ url, mail }: Config, notices: readonly string[]): void => {
    say(`Latchkey is ready at ${url}`)
    for (const notice of notices) say(notice)
    if (mail.transport !== 'outbox') return
    say(`Mail is written to ${mail.folder}; ${neverSends ? 'a demo sends none' : 'set SMTP_URL to send it'}.`)
  }

const fail = (thrown: unknown): never => {
  process.stderr.write(`latchkey: ${describeStartFailure(thrown)}\n`)
  process.exit(1)
}

// Loaded by those who serve alone, as in main.ts.
const serving = () => quickly(() => import('#server/running.ts'))
const working = () => quickly(() => import('#server/worker.ts'))
const makingPages = () => quickly(() => import('#server/pages/run-as-pages.ts'))
const openingApart = () => quickly(() => import('#server/pages/open-pages-apart.ts'))

const runWithPagesApart = async (runServer: typeof RunServer, options: StartOptions): Promise<Running> => {
  const { openPages, metricsOf } = (await openingApart()).pagesOfChild()
  return runServer({ ...options, openPages }, metricsOf)
}

const runAlone = async (options: StartOptions): Promise<void> => {
  const state: { running?: Running } = {}
  // Before it is ready a start can be broken off anywhere, as by a power cut.
  onStopSignal(() => void exitAfter(() => state.running?.stop()))
  const { runServer } = await serving()
  const running = await (options.pagesApart ? runWithPagesApart(runServer, options) : runServer(options))
  state.running = running
  const { metrics: where } = running.config
  if (where && running.metrics) await serveMetrics(where, running.metrics)
  announce(options)(running.config, await running.portal.startupNotices())
}

/**
 * Runs Latchkey until it is told to stop: one process, or one that watches over LATCHKEY_WORKERS others; and with either one
 * more, that makes pages. In development all is one process, as pages are built in memory.
 */
export const start = async (options: StartOptions): Promise<void> => {
  try {
    if (isPagesProcess()) await (await makingPages()).runAsPages(options)
    else if (cluster.isWorker) await (await working()).runAsWorker(options)
    else if (!options.dev && readConfig(options.env).workers > 1) await runWorkers(options, announce(options))
    else await runAlone(options)
  } catch (thrown) {
    fail(thrown)
  }
}
