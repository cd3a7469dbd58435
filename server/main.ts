import { processEnvironment } from '#lib/config/process-env.ts'
import { composePortal } from '#server/compose.ts'
import { composeDemo } from '#server/demo/compose-demo.ts'
import { demoEnvironment } from '#server/demo/demo-environment.ts'
import { adoptConsole } from '#server/logging/adopt-console.ts'
import { createLog } from '#server/logging/log.ts'
import { openNextPages } from '#server/next-pages.ts'
import { start } from '#server/start.ts'

/** Runs the real product: its portal, Next's pages, this process' settings; with `--demo` on a folder of its own. */
export const main = (): Promise<void> => {
  const demo = process.argv.includes('--demo')
  const env = processEnvironment()
  return start({
    env: demo ? demoEnvironment(env) : env,
    dev: process.argv.includes('--dev'),
    openLog: (settings) => {
      const log = createLog(settings)
      adoptConsole(log)
      return log
    },
    compose: (config, means) => (demo ? composeDemo : composePortal)(config, means),
    openPages: openNextPages,
  })
}
