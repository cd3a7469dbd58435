import type { Worker } from 'node:cluster'
import type { Peer } from '#server/metrics/processes.ts'
import type { KeptPages } from '#server/pages/keep-pages.ts'
import { isPagesMessage, type PagesMessage } from '#server/pages/pages-messages.ts'

/** In the primary: the one process of the pages, which exists from when a worker first asks for it. */
export type PagesOfAll = {
  /** Hears what a worker says; answers, once pages are there, where. True: it asked for pages. */
  hear(from: Worker, message: unknown): boolean
  peers(): readonly Peer[]
  stop(): Promise<void>
}

/**
 * Keeps pages for all workers. Who asks for them has done what must happen once, so that it need not be done here again.
 * `giveUp` hears why there will be none.
 */
export const keepPagesOfAll = (keep: () => KeptPages, giveUp: (thrown: unknown) => void): PagesOfAll => {
  const state: { kept?: KeptPages } = {}
  const begin = (): KeptPages => {
    const kept = keep()
    kept.opened.catch(giveUp)
    return kept
  }
  return {
    hear: (from, message) => {
      if (!isPagesMessage(message) || message.kind !== 'pages.wanted') return false
      state.kept ??= begin()
      const { address, opened } = state.kept
      const tell = (): void => {
        if (from.isConnected()) from.send({ kind: 'pages.are-at', address } satisfies PagesMessage)
      }
      opened.then(tell, () => undefined)
      return true
    },
    peers: () => state.kept?.peers() ?? [],
    stop: async () => state.kept?.stop(),
  }
}
