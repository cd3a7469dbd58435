import type { Log } from '#lib/errors/log.ts'

/** The terminal's error stream. */
export const consoleLog: Log = {
  error: (text, thrown) => (thrown === undefined ? console.error(text) : console.error(text, thrown)),
}
