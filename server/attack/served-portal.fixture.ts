import { processEnvironment } from '#lib/config/process-env.ts'
import { composePortal } from '#server/compose.ts'
import { start } from '#server/start.ts'

// The real start, edge and API; where Next's pages would be stands a word.
await start({
  env: processEnvironment(),
  dev: false,
  compose: composePortal,
  openPages: async () => ({ handle: async (_request, response) => void response.end('page'), close: async () => {} }),
})
