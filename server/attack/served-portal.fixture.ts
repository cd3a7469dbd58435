import { processEnvironment } from '#lib/config/process-env.ts'
import { composePortal } from '#server/compose.ts'
import { createLog } from '#server/logging/log.ts'
import { start } from '#server/start.ts'

// The real start, edge and API; where Next's pages would be stands a word.
await start({
  env: processEnvironment(),
  dev: false,
  openLog: createLog,
  compose: (config, means) => composePortal(config, means),
  openPages: async () => ({ handle: async (_request, response) => void response.end('page'), close: async () => {} }),
})
