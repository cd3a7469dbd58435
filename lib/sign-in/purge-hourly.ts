import type { Log } from '#lib/errors/log.ts'

const HOUR_MS = 60 * 60 * 1000

/** Purges at once and then every hour until stopped; keeps no process alive. What fails is logged and tried again. */
export const purgeHourly = (purge: () => Promise<void>, log: Log, everyMs = HOUR_MS): { stop(): Promise<void> } => {
  let running = Promise.resolve()
  const run = (): void => {
    running = running.then(purge).catch((thrown: unknown) => log.error('old sessions could not be deleted:', thrown))
  }
  run()
  const timer = setInterval(run, everyMs)
  timer.unref()
  return {
    stop: () => {
      clearInterval(timer)
      return running
    },
  }
}
