import cluster, { type Worker } from 'node:cluster'
import type { Config } from '#lib/config/config.ts'
import { readConfig } from '#lib/config/env.ts'
import { createRestartLimit } from '#lib/time/restart-limit.ts'
import { forkOrNone } from '#server/fork-or-none.ts'
import { createHttpServer } from '#server/http-server.ts'
import type { ServerLog } from '#server/logging/log.ts'
import { primaryMetrics } from '#server/metrics/processes.ts'
import { serveMetrics } from '#server/metrics/serve-metrics.ts'
import { keepPages } from '#server/pages/keep-pages.ts'
import { keepPagesOfAll } from '#server/pages/pages-of-all.ts'
import type { StartOptions } from '#server/served-portal.ts'
import { relayLimits } from '#server/share-limits.ts'
import { describeStartFailure } from '#server/start-failure.ts'
import { onStopSignal } from '#server/stop-signals.ts'

// Longer than a worker gives to requests under way.
const STOP_MS_MAX = 15_000
const FORK_AGAIN_MS = 1000

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

// One that never began has no number, and never ends either.
const living = (): readonly Worker[] =>
  Object.values(cluster.workers ?? {}).filter(
    (worker): worker is Worker => worker?.isDead() === false && worker.process.pid !== undefined,
  )

type Watching = {
  readonly count: number
  readonly port: number
  readonly log: ServerLog
  readonly hear: (worker: Worker, message: unknown) => void
  /** Once the last of them is gone, for whatever reason they were told to end. */
  readonly exit: (code: 0 | 1) => void
}

const watchOver = ({ count, port, log, hear, exit }: Watching) => {
  const limit = createRestartLimit(() => performance.now())
  const seen: { serving: number; others?: true; exitCode?: 0 | 1 } = { serving: 0 }
  const end = (code: 0 | 1): void => {
    if (seen.exitCode !== undefined) return
    seen.exitCode = code
    stopWorkers(living())
    if (living().length === 0) exit(code)
  }
  const giveUpOrReplace = (worker: Worker): void => {
    if (seen.serving < count) return end(1)
    const isTooMany = limit.pause() > 0
    const what = isTooMany ? 'too many did, giving up' : 'another takes its place'
    log.warn(`process ${worker.process.pid} ended unexpectedly; ${what}`)
    if (isTooMany) return end(1)
    limit.count()
    begin()
  }
  const beginLater = (thrown: Error): void => {
    if (seen.exitCode !== undefined) return
    const isStarting = seen.serving < count
    log.warn(`another process could not begin${isStarting ? '' : ', it is tried again in a second'}: ${thrown.message}`)
    if (isStarting) end(1)
    else setTimeout(begin, FORK_AGAIN_MS)
  }
  const begin = (): void => {
    if (seen.exitCode !== undefined) return
    const worker = forkOrNone(() => cluster.fork({ PORT: String(port) }), { log, onNone: beginLater })
    if (!worker) return
    worker.on('message', (message) => {
      if (seen.exitCode === undefined) hear(worker, message)
    })
    worker.on('exit', () => {
      if (seen.exitCode === undefined) giveUpOrReplace(worker)
      else if (living().length === 0) exit(seen.exitCode)
    })
  }
  const bringOthers = (): void => {
    if (seen.others) return
    seen.others = true
    for (let others = count - 1; others > 0; others -= 1) begin()
  }
  /** True once, when all do. */
  const oneServes = (): boolean => {
    bringOthers()
    seen.serving += 1
    return seen.serving === count
  }
  return { begin, bringOthers, oneServes, end }
}

/**
 * Watches over LATCHKEY_WORKERS processes, and one more that makes pages. The first starts alone and does what must happen
 * once (secret, migrations, keys); the others and the pages follow when it answers, and this one loads nothing of what they
 * do. A worker that dies is replaced, at most five times a minute; one that dies before all ever served ends the start. Ends
 * with code 0 when told to stop, 1 when it had to give up.
 */
export const runWorkers = async (
  options: StartOptions,
  announce: (config: Config, notices: readonly string[]) => void,
): Promise<void> => {
  const log = options.openLog(readConfig(options.env).log)
  const port = await takenPort(readConfig(options.env).port, log)
  const config = readConfig({ ...options.env, PORT: String(port) })
  const metrics = primaryMetrics(() => [...living().map((worker) => worker.process), ...pages.peers()])
  const limits = relayLimits(living)
  if (config.metrics) await serveMetrics(config.metrics, metrics.text)
  let notices: readonly string[] | undefined
  const pages = keepPagesOfAll(
    () => keepPages({ port, log, hear: (from, message) => void metrics.hear(from, message) }),
    (thrown) => {
      process.stderr.write(`latchkey: ${describeStartFailure(thrown)}\n`)
      workers.end(1)
    },
  )
  const workers = watchOver({
    count: config.workers,
    port,
    log,
    hear: (worker, message) => {
      void metrics.hear(worker.process, message)
      limits.hear(worker, message)
      if (pages.hear(worker, message)) workers.bringOthers()
      if (!isReady(message)) return
      notices ??= message.notices
      if (workers.oneServes()) announce(config, notices)
    },
    // The pages last: what the others let finish may be one.
    exit: (code) => void pages.stop().then(() => process.exit(code)),
  })
  onStopSignal(() => workers.end(0))
  workers.begin()
}
