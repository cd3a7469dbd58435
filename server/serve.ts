import { processEnvironment } from '#lib/config/process-env.ts'
import { composePortal } from '#server/compose.ts'
import { openNextPages } from '#server/next-pages.ts'
import { start } from '#server/start.ts'

await start({
  env: processEnvironment(),
  dev: process.argv.includes('--dev'),
  compose: composePortal,
  openPages: openNextPages,
})
