import type { Log } from '#lib/errors/log.ts'

/** A log that keeps what it is told, as it was told. */
export const keptLog = () => {
  const entries: Parameters<Log['error']>[] = []
  const log: Log = { error: (...entry) => void entries.push(entry) }
  return { entries, log }
}
