import { processEnvironment } from '#lib/config/process-env.ts'
import { composePortal } from '#server/compose.ts'
import { openNextPages } from '#server/next-pages.ts'
import { start } from '#server/start.ts'

/** Runs the real product: its portal, Next's pages, this process' settings. */
export const main = (): Promise<void> =>
  start({
    env: processEnvironment(),
    dev: process.argv.includes('--dev'),
    compose: composePortal,
    openPages: openNextPages,
  })
