import type { PagesAddress } from '#server/pages/pages-address.ts'

/** What tells a process that it is the one of the pages; `ps` shows it. */
export const PAGES_ARGUMENT = '--pages'

/** Whether this process is the one of the pages: told so, by one that it can talk to. */
export const isPagesProcess = (): boolean => process.argv.includes(PAGES_ARGUMENT) && process.send !== undefined

/** What the process of the pages and those around it tell each other. */
export type PagesMessage =
  /** To it, first of all: where to listen, and the port of the portal. */
  | { readonly kind: 'pages.begin'; readonly address: PagesAddress; readonly port: number }
  /** Of it: pages answer from now on. */
  | { readonly kind: 'pages.opened' }
  /** Of it: why there are none, for the terminal. */
  | { readonly kind: 'pages.failed'; readonly reason: string }
  /** To it: finish what is under way, and end. */
  | { readonly kind: 'pages.stop' }
  /** Of a worker to the primary: where are pages? */
  | { readonly kind: 'pages.wanted' }
  /** The answer, once they are there. */
  | { readonly kind: 'pages.are-at'; readonly address: PagesAddress }

/** Whether a message between processes is about pages. */
export const isPagesMessage = (message: unknown): message is PagesMessage =>
  typeof message === 'object' && message !== null && 'kind' in message && String(message.kind).startsWith('pages.')
