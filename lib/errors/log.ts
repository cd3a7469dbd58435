/** Where operators read what went wrong. */
export type Log = {
  /** Writes one entry; `thrown` is shown with its stack. The text never holds a secret or what a form held. */
  error(text: string, thrown?: unknown): void
}
