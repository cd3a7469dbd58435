import cluster, { type Worker } from 'node:cluster'
import type { Config } from '#lib/config/config.ts'
import { readConfig } from '#lib/config/env.ts'
import { createHttpServer } from '#server/http-server.ts'
import type { ServerLog } from '#server/logging/log.ts'
import { primaryMetrics } from '#server/metrics/processes.ts'
import { serveMetrics } from '#server/metrics/serve-metrics.ts'
import type { StartOptions } from '#server/served-portal.ts'
import { relayLimits } from '#server/share-limits.ts'
import { onStopSignal } from '#server/stop-signals.ts'

const RESTARTS_MAX = 5
const RESTARTS_WITHIN_MS = 60_000
// Longer than a worker gives to requests under way.
const STOP_MS_MAX = 15_000

/** What a worker says first, with the lines for the terminal. */
export const READY = 'ready'
/** What it is told in the end. */
export const STOP = 'stop'

/** A worker answers from now on. */
export type Ready = { readonly kind: typeof READY; readonly notices: readonly string[] }

const isReady = (message: unknown): message is Ready =>
  typeof message === 'object' && message !== null && 'kind' in message && message.kind === READY

const takenPort = async (port: number, log: ServerLog): Promise<number> => {
  const probe = createHttpServer(async () => undefined, log)
  const taken = await probe.listen(port)
  await probe.stop(0)
  return taken
}

const stopWorkers = (workers: readonly Worker[]): void => {
  for (const worker of workers) {
    if (worker.isConnected()) worker.send(STOP)
    setTimeout(() => worker.process.kill('SIGKILL'), STOP_MS_MAX).unref()
  }
}

const living = (): readonly Worker[] =>
  Object.values(cluster.workers ?? {}).filter((worker): worker is Worker => worker?.isDead() === false)

/**
 * Watches over LATCHKEY_WORKERS processes. The first starts alone and does what must happen once (secret, migrations,
 * keys); the others follow when it serves, and this one loads nothing of what they do. A worker that dies is replaced, at
 * most five times a minute; one that dies before it ever served ends the start. Ends with code 0 when told to stop, 1 when
 * it had to give up.
 */
export const runWorkers = async (
  options: StartOptions,
  announce: (config: Config, notices: readonly string[]) => void,
): Promise<void> => {
  const log = options.openLog(readConfig(options.env).log)
  const port = await takenPort(readConfig(options.env).port, log)
  const config = readConfig({ ...options.env, PORT: String(port) })
  const metrics = primaryMetrics(living)
  const limits = relayLimits(living)
  if (config.metrics) await serveMetrics(config.metrics, metrics.text)
  const deaths: number[] = []
  let notices: readonly string[] = []
  let serving = 0
  let exitCode: 0 | 1 | undefined

  const end = (code: 0 | 1): void => {
    if (exitCode !== undefined) return
    exitCode = code
    stopWorkers(living())
    if (living().length === 0) process.exit(code)
  }
  const giveUpOrReplace = (worker: Worker): void => {
    const now = performance.now()
    deaths.push(now)
    const recent = deaths.filter((death) => now - death < RESTARTS_WITHIN_MS).length
    if (serving < config.workers) return end(1)
    const what = recent > RESTARTS_MAX ? 'too many did, giving up' : 'another takes its place'
    log.warn(`process ${worker.process.pid} ended unexpectedly; ${what}`)
    if (recent > RESTARTS_MAX) end(1)
    else fork()
  }
  const fork = (): void => {
    const worker = cluster.fork({ PORT: String(port) })
    worker.on('message', (message) => {
      void metrics.hear(worker, message)
      limits.hear(worker, message)
      if (!isReady(message) || exitCode !== undefined) return
      serving += 1
      if (serving === 1) {
        notices = message.notices
        for (let others = config.workers - 1; others > 0; others -= 1) fork()
      }
      if (serving === config.workers) announce(config, notices)
    })
    worker.on('exit', () => {
      if (exitCode === undefined) giveUpOrReplace(worker)
      else if (living().length === 0) process.exit(exitCode)
    })
  }

  onStopSignal(() => end(0))
  fork()
}
