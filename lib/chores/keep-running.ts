const EVERY_MS = 5000

/** Something that runs by itself until it is stopped. */
export type Runner = {
  /** Stops, once what is under way has ended. */
  stop(): Promise<void>
}

/** Calls at once and then every five seconds, never twice at a time; keeps no process alive. `run` must not reject. */
export const keepRunning = (run: () => Promise<void>, everyMs = EVERY_MS): Runner => {
  let underway: Promise<void> | undefined
  const turn = (): void => {
    underway ??= run().finally(() => {
      underway = undefined
    })
  }
  turn()
  const timer = setInterval(turn, everyMs)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await underway
    },
  }
}
