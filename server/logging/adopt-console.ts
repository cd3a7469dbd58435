import { format } from 'node:util'
import type { ServerLog } from '#server/logging/log.ts'

const splitError = (values: readonly unknown[]): { readonly text: string; readonly thrown: unknown } => {
  const thrown = values.find((value) => value instanceof Error)
  return { text: format(...values.filter((value) => value !== thrown)).trim() || 'the console was told:', thrown }
}

/**
 * From now on what libraries write to this process' console is in the log, with its level: Next tells of broken pages
 * there, and a line of another form would stop whoever reads JSON.
 */
export const adoptConsole = (log: ServerLog): void => {
  Object.assign(console, {
    error: (...values: unknown[]) => {
      const { text, thrown } = splitError(values)
      log.error(text, thrown)
    },
    warn: (...values: unknown[]) => log.warn(format(...values)),
    info: (...values: unknown[]) => log.info(format(...values)),
    log: (...values: unknown[]) => log.info(format(...values)),
    debug: (...values: unknown[]) => log.debug(format(...values)),
  })
}
