import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issueTokens, OPERATOR } from '#bench/issue-tokens.ts'
import { reportCpu } from '#bench/report-cpu.ts'
import { readConfig } from '#lib/config/env.ts'
import { createApiListener } from '#server/api-listener.ts'
import { composePortal } from '#server/compose.ts'
import { createEdge } from '#server/edge.ts'
import { createHttpServer, type Handle } from '#server/http-server.ts'

// Latchkey as it serves, edge and API in one process on SQLite, without the pages.
const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
const behind: { handle: Handle } = { handle: async (_request, response) => void response.destroy() }
const http = createHttpServer((...request) => behind.handle(...request))
const port = await http.listen(0)
const config = readConfig({
  PORT: String(port),
  LATCHKEY_URL: `http://127.0.0.1:${port}`,
  DATABASE_URL: `file:${join(folder, 'latchkey.db')}`,
  LATCHKEY_BOOTSTRAP_EMAIL: OPERATOR.email,
  LATCHKEY_BOOTSTRAP_PASSWORD: OPERATOR.password,
})
const portal = await composePortal(config)
behind.handle = createEdge({
  url: config.url,
  trustedProxies: [],
  issuer: undefined,
  dev: false,
  api: createApiListener(portal.api, config.url),
  pages: async (_request, response) => void response.writeHead(404).end(),
  isReady: () => true,
})
const { accessToken } = await issueTokens(portal)
reportCpu({
  url: `http://127.0.0.1:${port}/api/v1/validate?permission=projects:read`,
  headers: { 'X-API-KEY': accessToken },
})

const stop = async (): Promise<void> => {
  await http.stop(1000)
  await portal.close()
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}
process.on('SIGTERM', () => void stop())
