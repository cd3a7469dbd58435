import { execFileSync } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { answerParent } from '#bench/answer-parent.ts'
import { OPERATOR } from '#bench/issue-tokens.ts'
import { kept } from '#bench/kept.ts'
import type { Issued, ToMake } from '#bench/make-database.ts'
import { readConfig } from '#lib/config/env.ts'
import { createApiListener } from '#server/api-listener.ts'
import { composePortal } from '#server/compose.ts'
import { createEdge } from '#server/edge.ts'
import { createHttpServer, type Handle } from '#server/http-server.ts'
import { createLog } from '#server/logging/log.ts'

// Latchkey as it serves, edge and API in one process on SQLite, without the pages; so many tokens are in its database.
const TOKENS = Number(process.argv[2] ?? 1000)
const COLD = Number(process.argv[3] ?? 0)

const behind: { handle: Handle } = { handle: async (_request, response) => void response.destroy() }
const log = createLog(readConfig({}).log)
const http = createHttpServer((...request) => behind.handle(...request), log)

// Whoever comes later listens where the first one did: the issuer of what is in the database is that address. Not among the
// ports that the system gives to whoever connects, or one of those could have it by then.
const PORTS = [20_000, 30_000] as const
const listening = { port: 0 }
const listen = async (at: number): Promise<number> => {
  listening.port = await http.listen(at)
  return listening.port
}
const asked = await kept('asked', async (folder): Promise<ToMake> => {
  const port = await listen(randomInt(...PORTS))
  const secret = randomBytes(32).toString('base64url')
  const file = join(folder, 'latchkey.db')
  const env = {
    PORT: String(port),
    LATCHKEY_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: `file:${file}`,
    LATCHKEY_SECRET: secret,
    LATCHKEY_BOOTSTRAP_EMAIL: OPERATOR.email,
    LATCHKEY_BOOTSTRAP_PASSWORD: OPERATOR.password,
  }
  return { env, file, secret, tokens: TOKENS, cold: COLD, coldFile: join(folder, 'cold.json') }
})
const made = await kept('made', async (folder): Promise<Issued> => {
  const [question, answer] = [join(folder, 'asked.json'), join(folder, 'issued.json')]
  execFileSync(process.execPath, [join(import.meta.dirname, 'make-database.ts'), question, answer], {
    stdio: 'inherit',
  })
  return JSON.parse(readFileSync(answer, 'utf8')) as Issued
})
const config = readConfig(asked.env)
if (listening.port === 0) await listen(config.port)
const { access, clients } = made
const portal = await composePortal(config, { log })
behind.handle = createEdge({
  url: config.url,
  trustedProxies: [],
  issuer: undefined,
  dev: false,
  api: createApiListener(portal.api, config.url, log),
  pages: async (_request, response) => void response.writeHead(404).end(),
  isReady: () => true,
  log,
})

const CONNECTIONS = 32
const token = `${config.url}/oauth/token`
const posting = ({ clientId, clientSecret }: (typeof clients)['plain']) => ({
  method: 'POST' as const,
  headers: {
    Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
    'Content-Type': 'application/x-www-form-urlencoded',
  },
})
const form = 'grant_type=client_credentials&scope=projects%3Aread'
const exchange = async (client: (typeof clients)['plain']) => {
  const answer = await fetch(token, { ...posting(client), body: form })
  return (await answer.json()) as { readonly access_token: string; readonly refresh_token: string }
}
const { access_token: bearer } = await exchange(clients.plain)
const chain: string[] = []
for (let lane = 0; lane < CONNECTIONS; lane += 1) chain.push((await exchange(clients.rotating)).refresh_token)

const url = `${config.url}/api/v1/validate?permission=projects:read`
answerParent({
  access: { url, headers: { 'X-API-KEY': access.text } },
  bearer: { url, headers: { Authorization: `Bearer ${bearer}` } },
  cold: { url, headersFile: asked.coldFile },
  exchange: { url: token, ...posting(clients.plain), body: form },
  exchangeWithRefresh: { url: token, ...posting(clients.refreshing), body: form },
  refresh: { url: token, ...posting(clients.rotating), body: 'grant_type=refresh_token', chain },
  introspect: {
    url: `${config.url}/oauth/introspect`,
    ...posting(clients.plain),
    body: `token=${bearer}&address=127.0.0.1`,
  },
})

const stop = async (): Promise<void> => {
  await http.stop(1000)
  await portal.close()
  process.exit(0)
}
process.on('SIGTERM', () => void stop())
