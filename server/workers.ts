import cluster, { type Worker } from 'node:cluster'
import type { Config } from '#lib/config/config.ts'
import { readConfig } from '#lib/config/env.ts'
import { createHttpServer } from '#server/http-server.ts'
import type { ServerLog } from '#server/logging/log.ts'
import { primaryMetrics, workerMetrics } from '#server/metrics/processes.ts'
import { serveMetrics } from '#server/metrics/serve-metrics.ts'
import { type Running, runServer } from '#server/running.ts'
import type { StartOptions } from '#server/served-portal.ts'
import { relayLimits, shareLimits } from '#server/share-limits.ts'
import { onStopSignal } from '#server/stop-signals.ts'

const RESTARTS_MAX = 5
const RESTARTS_WITHIN_MS = 60_000
// Longer than a worker gives to requests under way.
const STOP_MS_MAX = 15_000

const READY = 'ready'
const STOP = 'stop'

/**
 * A worker: serves until the primary says stop. Ctrl-C reaches it too, but only the primary decides; node:cluster ends
 * it at once when the primary is gone.
 */
export const runAsWorker = async (options: StartOptions): Promise<void> => {
  const state: { running?: Running } = {}
  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    try {
      await state.running?.stop()
      process.exit(0)
    } catch (thrown) {
      process.stderr.write(`latchkey: the last counted use could not be stored: ${String(thrown)}\n`)
      process.exit(1)
    }
  }
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => void stop())
  process.on('message', (message) => {
    if (message === STOP) void stop()
  })
  state.running = await runServer(options, workerMetrics)
  shareLimits(state.running.portal.requestLimits)
  process.send?.(READY)
}

const takenPort = async (port: number, log: ServerLog): Promise<number> => {
  const probe = createHttpServer(async () => undefined, log)
  const taken = await probe.listen(port)
  await probe.stop(0)
  return taken
}

/** What must happen once, and before anybody serves: secret, migrations, keys, the setup link. */
const prepareOnce = async (options: StartOptions, config: Config, log: ServerLog): Promise<readonly string[]> => {
  const portal = await options.compose(config, { log, around: undefined })
  try {
    return await portal.startupNotices()
  } finally {
    await portal.close()
  }
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
 * Watches over LATCHKEY_WORKERS processes. A worker that dies is replaced, at most five times a minute; one that dies
 * before it ever served ends the start. Ends with code 0 when told to stop, 1 when it had to give up.
 */
export const runWorkers = async (
  options: StartOptions,
  announce: (config: Config, notices: readonly string[]) => void,
): Promise<void> => {
  const log = options.openLog(readConfig(options.env).log)
  const port = await takenPort(readConfig(options.env).port, log)
  const config = readConfig({ ...options.env, PORT: String(port) })
  const notices = await prepareOnce(options, config, log)
  const metrics = primaryMetrics(living)
  const limits = relayLimits(living)
  if (config.metrics) await serveMetrics(config.metrics, metrics.text)
  const deaths: number[] = []
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
      if (message !== READY) return
      serving += 1
      if (serving === config.workers) announce(config, notices)
    })
    worker.on('exit', () => {
      if (exitCode === undefined) giveUpOrReplace(worker)
      else if (living().length === 0) process.exit(exitCode)
    })
  }

  onStopSignal(() => end(0))
  for (let number = 0; number < config.workers; number += 1) fork()
}
