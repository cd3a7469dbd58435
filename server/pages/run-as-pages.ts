import { Server } from 'node:http'
import type { Config } from '#lib/config/config.ts'
import { readConfig } from '#lib/config/env.ts'
import { systemClock } from '#server/adapters/system-clock.ts'
import { composeHere, type Here } from '#server/compose-here.ts'
import { withReadableForms } from '#server/edge-form.ts'
import type { PagesHandler } from '#server/edge-pages.ts'
import { createFigures } from '#server/metrics/figures.ts'
import { workerMetrics } from '#server/metrics/processes.ts'
import { pacePages } from '#server/pace-pages.ts'
import { composeBeforeGivingWay } from '#server/pages/give-way.ts'
import { type PagesAddress, removePagesAddress } from '#server/pages/pages-address.ts'
import { isPagesMessage, type PagesMessage } from '#server/pages/pages-messages.ts'
import { servePages } from '#server/pages/serve-pages.ts'
import type { StartOptions } from '#server/served-portal.ts'
import { describeStartFailure } from '#server/start-failure.ts'
import { exitAfter } from '#server/stop-signals.ts'
import { VERSION } from '#server/version.ts'

const GRACE_MS = 10_000

const say = (message: PagesMessage): void => void process.send?.(message)

const answerMetrics = ({ portal, measured }: Here): void => {
  if (!measured) return
  const { figures } = portal
  workerMetrics(
    createFigures({ measured, figures, isReady: undefined, version: VERSION, now: () => systemClock.now() }),
  )
}

const traced = ({ tracing }: Here, pages: PagesHandler): PagesHandler =>
  tracing ? (request, response) => tracing.below(request, () => pages(request, response)) : pages

type Opened = { stop(): Promise<void> }

const open = async ({ openLog, compose, openPages }: StartOptions, config: Config, address: PagesAddress) => {
  const log = openLog(config.log)
  const { composed: here, giveWay } = await composeBeforeGivingWay(() =>
    composeHere(config, { log, compose, choring: true }),
  )
  answerMetrics(here)
  const { url, port } = config
  // Nothing of this process hangs on a server but in development, which has no such process.
  const pages = await openPages({ url, port, dev: false, server: new Server(), log })
  // Not before: whoever waits for a start waits for pages as well.
  giveWay(log)
  const http = await servePages({ url, address, log, handle: traced(here, pacePages(withReadableForms(pages.handle))) })
  const stop = async (): Promise<void> => {
    await http.stop(GRACE_MS)
    await pages.close()
    await here.close()
  }
  return { stop } satisfies Opened
}

type Told = Extract<PagesMessage, { readonly kind: 'pages.begin' }>

const toldToBegin = (): Promise<Told> =>
  new Promise((resolve) => {
    process.on('message', (message) => {
      if (isPagesMessage(message) && message.kind === 'pages.begin') resolve(message)
    })
  })

/**
 * The process of the pages: makes them for whoever asks at the address it is told, does the chores, and answers nothing
 * else. The process that started it decides when it ends: signals reach both, as a terminal and a supervisor send them to
 * all; and where that one is gone, it ends at once.
 */
export const runAsPages = async (options: StartOptions): Promise<void> => {
  const state: { opened?: Opened } = {}
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => undefined)
  process.on('message', (message) => {
    if (isPagesMessage(message) && message.kind === 'pages.stop') void exitAfter(() => state.opened?.stop())
  })
  const { address, port } = await toldToBegin()
  const endAtOnce = (): void => {
    removePagesAddress(address)
    process.exit(0)
  }
  process.once('disconnect', endAtOnce)
  // Gone while this process began, when nobody listened yet.
  if (!process.connected) endAtOnce()
  try {
    state.opened = await open(options, readConfig({ ...options.env, PORT: String(port) }), address)
    say({ kind: 'pages.opened' })
  } catch (thrown) {
    process.send?.({ kind: 'pages.failed', reason: describeStartFailure(thrown) } satisfies PagesMessage, () =>
      process.exit(1),
    )
  }
}
