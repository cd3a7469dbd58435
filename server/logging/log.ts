import pino, { type DestinationStream } from 'pino'
import type { LogConfig } from '#lib/config/config.ts'
import type { Log, LogAbout } from '#lib/errors/log.ts'
import { describeError } from '#server/logging/describe-error.ts'
import { createRepeatedLines } from '#server/logging/repeated-lines.ts'
import { textLine } from '#server/logging/text-line.ts'
import { withoutSecrets } from '#server/logging/without-secrets.ts'

/** Numbers and words that a line carries beside its text; never an id of a person, a path or a query. */
export type LogFields = LogAbout & Readonly<Record<string, string | number | undefined>>

/** The log of this process: what `lib` asks of it, and what only a server has to tell. */
export type ServerLog = Log & {
  warn(text: string, fields?: LogFields): void
  info(text: string, fields?: LogFields): void
  debug(text: string, fields?: LogFields): void
  /** Whether anybody reads debug lines; what is gathered for them alone need not be. */
  readonly isDebug: boolean
}

const STANDARD_ERROR = 2

// Written before the call returns: what a process said last is what its operator looks for.
const standardError = (): DestinationStream => pino.destination({ fd: STANDARD_ERROR, sync: true })

const destinationOf = (isText: boolean, write: DestinationStream): DestinationStream =>
  isText ? { write: (line) => write.write(textLine(line)) } : write

/**
 * One line for each entry, on standard error: JSON, or text where a terminal reads it or the settings say so. Whatever
 * has the form of a secret is struck out of every line. Errors without a stack that say the same are written twenty times within ten seconds,
 * and then how many more there were.
 */
export const createLog = (
  { format, level }: LogConfig,
  write: DestinationStream = standardError(),
  isTerminal: boolean = process.stderr.isTTY,
): ServerLog => {
  const isText = format === 'text' || (format === 'auto' && isTerminal)
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      messageKey: 'text',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: withoutSecrets },
    },
    destinationOf(isText, write),
  )
  const isWritten = createRepeatedLines((text, more) => logger.error({ more }, `${text}, and more of the same`))
  return {
    error: (text, thrown, about) => {
      if (thrown !== undefined) logger.error({ ...about, error: describeError(thrown) }, text)
      else if (isWritten(text)) logger.error({ ...about }, text)
    },
    warn: (text, fields) => logger.warn({ ...fields }, text),
    info: (text, fields) => logger.info({ ...fields }, text),
    debug: (text, fields) => logger.debug({ ...fields }, text),
    isDebug: logger.isLevelEnabled('debug'),
  }
}
