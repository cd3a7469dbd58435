import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { apiKey } from '@better-auth/api-key'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import Database from 'better-sqlite3'
// oxlint-disable-next-line no-restricted-imports -- this folder is a package of its own, to which #bench means nothing
import { answerParent } from '../answer-parent.ts'

// better-auth's verifyApiKey behind node:http, on SQLite as it runs best: WAL, no limits of its own.
const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-better-auth-'))
const database = new Database(join(folder, 'auth.db'))
database.pragma('journal_mode = WAL')
database.pragma('synchronous = NORMAL')
const options = {
  baseURL: 'http://127.0.0.1:9999',
  secret: 'a secret of the benchmark alone, which is long enough',
  database,
  telemetry: { enabled: false },
  emailAndPassword: { enabled: true },
  plugins: [apiKey({ rateLimit: { enabled: false } })],
}
const auth = betterAuth(options)
await (await getMigrations(options)).runMigrations()
const { user } = await auth.api.signUpEmail({
  body: { name: 'bench', email: 'bench@example.com', password: 'a password of the benchmark alone' },
})
const { key } = await auth.api.createApiKey({
  body: { name: 'bench', userId: user.id, permissions: { projects: ['read'] } },
})

const server = createServer((request, response) => {
  const body = { key: String(request.headers['x-api-key']), permissions: { projects: ['read'] } }
  void auth.api.verifyApiKey({ body }).then((verdict) => {
    const text = JSON.stringify(verdict)
    response.writeHead(verdict.valid ? 200 : 401, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
    })
    response.end(text)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  answerParent({ verify: { url: `http://127.0.0.1:${port}/`, headers: { 'X-API-KEY': key } } })
})
process.on('SIGTERM', () => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
})
