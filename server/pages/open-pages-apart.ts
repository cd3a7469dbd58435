import type { Registry } from 'prom-client'
import { primaryMetrics } from '#server/metrics/processes.ts'
import type { MetricsText } from '#server/metrics/serve-metrics.ts'
import { type KeptPages, keepPages } from '#server/pages/keep-pages.ts'
import { isPagesMessage, type PagesMessage } from '#server/pages/pages-messages.ts'
import { proxyPages } from '#server/pages/proxy-pages.ts'
import type { Pages, StartOptions } from '#server/served-portal.ts'

/** The pages of a process that is kept here, once they are there; who closes them ends it. */
export const proxyKept = async (kept: KeptPages): Promise<Pages> => {
  await kept.opened
  const proxied = proxyPages(kept.address)
  const close = async (): Promise<void> => {
    await proxied.close()
    await kept.stop()
  }
  return { ...proxied, close }
}

/** In a process that serves alone: pages of a second process, whose figures come to its own. */
export const pagesOfChild = () => {
  const state: { kept?: KeptPages; metrics?: ReturnType<typeof primaryMetrics> } = {}
  const metricsOf = (own: Registry): MetricsText => {
    state.metrics = primaryMetrics(() => state.kept?.peers() ?? [], own)
    return state.metrics.text
  }
  const openPages: StartOptions['openPages'] = async ({ port, log }) => {
    state.kept = keepPages({ port, log, hear: (from, message) => void state.metrics?.hear(from, message) })
    return proxyKept(state.kept)
  }
  return { openPages, metricsOf }
}

/** In a worker: the pages of the one process that the primary keeps for all. */
export const pagesOfPrimary: StartOptions['openPages'] = async () => {
  const { promise, resolve } = Promise.withResolvers<ReturnType<typeof proxyPages>>()
  process.on('message', (message) => {
    if (isPagesMessage(message) && message.kind === 'pages.are-at') resolve(proxyPages(message.address))
  })
  process.send?.({ kind: 'pages.wanted' } satisfies PagesMessage)
  return promise
}
