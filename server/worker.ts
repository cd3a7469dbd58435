import { workerMetrics } from '#server/metrics/processes.ts'
import { pagesOfPrimary } from '#server/pages/open-pages-apart.ts'
import { type Running, runServer } from '#server/running.ts'
import type { StartOptions } from '#server/served-portal.ts'
import { shareLimits } from '#server/share-limits.ts'
import { exitAfter } from '#server/stop-signals.ts'
import { READY, type Ready, STOP } from '#server/workers.ts'

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
    await exitAfter(() => state.running?.stop())
  }
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => void stop())
  process.on('message', (message) => {
    if (message === STOP) void stop()
  })
  const { openPages, pagesApart } = options
  state.running = await runServer({ ...options, openPages: pagesApart ? pagesOfPrimary : openPages }, workerMetrics)
  shareLimits(state.running.portal.requestLimits)
  const notices = await state.running.portal.startupNotices()
  process.send?.({ kind: READY, notices } satisfies Ready)
}
