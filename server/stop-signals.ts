const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const

// Ctrl-C reaches every process of the terminal's group, and npm hands it on once more: the same wish, heard twice.
const ECHO_MS = 1000

/**
 * Calls back once, on the first SIGINT or SIGTERM. A second one, a second or more later, ends the process at once,
 * with the code that shells give to a process ended by that signal.
 */
export const onStopSignal = (stop: () => void): void => {
  let first: number | undefined
  const hear = (signal: 'SIGINT' | 'SIGTERM'): void => {
    const now = performance.now()
    if (first === undefined) {
      first = now
      stop()
    } else if (now - first >= ECHO_MS) {
      process.exit(128 + NUMBERS[signal])
    }
  }
  process.on('SIGINT', hear)
  process.on('SIGTERM', hear)
}

/** Ends the process with 0 once `stop` is done; with 1, and a line for the terminal, where that failed. */
export const exitAfter = async (stop: () => Promise<void> | undefined): Promise<never> => {
  try {
    await stop()
    process.exit(0)
  } catch (thrown) {
    process.stderr.write(`latchkey: stopped, but the last counted use could not be stored: ${String(thrown)}\n`)
    process.exit(1)
  }
}
