import { loadQuickly } from '#server/load-quickly.ts'

// The real start, edge and API; where Next's pages would be stands a word.
const loaded = loadQuickly()
const { processEnvironment } = await import('#lib/config/process-env.ts')
const { composePortal } = await import('#server/compose.ts')
const { createLog } = await import('#server/logging/log.ts')
const { start } = await import('#server/start.ts')
loaded()

await start({
  env: processEnvironment(),
  dev: false,
  openLog: createLog,
  compose: (config, means) => composePortal(config, means),
  openPages: async () => ({ handle: async (_request, response) => void response.end('page'), close: async () => {} }),
})
