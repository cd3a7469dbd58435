import type { Log } from '#lib/errors/log.ts'
import type { UsageRecorder } from '#lib/usage/usage-recorder.ts'

const EVERY_MS = 1000

/** A flush that runs by itself. */
export type UsageFlush = {
  /** Writes what is counted and stops; never rejects. */
  stop(): Promise<void>
}

/**
 * Flushes once a second until stopped; keeps no process alive. A store that is away is told of once, and again when it
 * went away again.
 */
export const flushUsage = (recorder: Pick<UsageRecorder, 'flush'>, log: Log, everyMs = EVERY_MS): UsageFlush => {
  let failing = false
  const flush = async (): Promise<void> => {
    try {
      await recorder.flush()
      failing = false
    } catch (thrown) {
      if (!failing) log.error('usage could not be written; it is kept and tried again:', thrown)
      failing = true
    }
  }
  let running = false
  const timer = setInterval(() => {
    if (running) return
    running = true
    void flush().finally(() => {
      running = false
    })
  }, everyMs)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await flush()
    },
  }
}
