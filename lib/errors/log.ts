/** What a line of the log is about. */
export type LogAbout = {
  /** The request that it belongs to; the same id as in `X-Request-Id`. */
  readonly requestId?: string | undefined
}

/** Where operators read what went wrong. */
export type Log = {
  /** Writes one entry; `thrown` is shown with its stack. The text never holds a secret or what a form held. */
  error(text: string, thrown?: unknown, about?: LogAbout): void
}
