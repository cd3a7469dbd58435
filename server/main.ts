import { processEnvironment } from '#lib/config/process-env.ts'
import { demoEnvironment } from '#server/demo/demo-environment.ts'
import { quickly } from '#server/load-quickly.ts'
import { adoptConsole } from '#server/logging/adopt-console.ts'
import { createLog } from '#server/logging/log.ts'
import { openNextPages } from '#server/next-pages.ts'
import type { StartOptions } from '#server/served-portal.ts'
import { start } from '#server/start.ts'

// Loaded by those who serve: whoever only watches over them needs a fifth of the memory without.
const composeDemo: StartOptions['compose'] = async (...given) =>
  (await quickly(() => import('#server/demo/compose-demo.ts'))).composeDemo(...given)
const composePortal: StartOptions['compose'] = async (...given) =>
  (await quickly(() => import('#server/compose.ts'))).composePortal(...given)

/** Runs the real product: its portal, Next's pages, this process' settings; with `--demo` on a folder of its own. */
export const main = (): Promise<void> => {
  const demo = process.argv.includes('--demo')
  const dev = process.argv.includes('--dev')
  const env = processEnvironment()
  return start({
    env: demo ? demoEnvironment(env) : env,
    dev,
    openLog: (settings) => {
      const log = createLog(settings)
      adoptConsole(log)
      return log
    },
    compose: demo ? composeDemo : composePortal,
    openPages: openNextPages,
    pagesApart: !dev,
    neverSends: demo,
  })
}
