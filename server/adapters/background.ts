import type { Log } from '#lib/errors/log.ts'
import type { Background } from '#lib/sign-in/background.ts'

// Long enough for the answer to leave first: the database's writes hold up everything in this process.
const DELAY_MS = 50

/** Runs tasks a moment later; `settled` resolves once none is left. */
export const createBackground = (log: Log): Background => {
  const running = new Set<Promise<void>>()
  const start = async (name: string, requestId: string, task: () => Promise<void>): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, DELAY_MS))
    try {
      await task()
    } catch (thrown) {
      log.error(`${name} failed:`, thrown, { requestId })
    }
  }
  return {
    run: (name, requestId, task) => {
      const work = start(name, requestId, task)
      running.add(work)
      void work.finally(() => running.delete(work))
    },
    settled: async () => {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
