import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Config } from '#lib/config/config.ts'
import { githubBody, githubReporter } from '#lib/leaks/github-reporter.fixture.ts'
import type { Portal } from '#lib/portal.ts'
import { composePortal } from '#server/compose.ts'
import { createLog } from '#server/logging/log.ts'
import { type Running, runServer } from '#server/running.ts'
import type { Means } from '#server/served-portal.ts'

// The whole way of a report: over HTTP, through the edge, with keys from a server that stands for GitHub's.

const github = githubReporter()
const keyServer = createServer((_, response) => {
  asked += 1
  response.end(github.document)
})
let asked = 0
let folder: string
let running: Running
let portal: Portal
let secret: string

const OWNER = { email: 'ada@acme.example', password: 'nine green bottles on a wall' }
const TRACE = { requestId: 'r', address: '192.0.2.1', agent: 'test' }

const issueSecret = async (): Promise<string> => {
  const { sid } = await portal.signIn.signInWithPassword({
    ...OWNER,
    browser: { sid: undefined, known: undefined },
    trace: TRACE,
  })
  const person = await portal.signIn.findPerson(sid)
  const [account] = person ? await portal.users.accountsOf(person) : []
  if (!person || !account) throw new Error('nobody is there')
  const principal = await portal.access.findPrincipal({ person, tenant: { slug: account.slug }, trace: TRACE })
  const issued = await portal.tokens.issue(principal, {
    context: 'user',
    type: 'client_credentials',
    name: 'nightly',
    grant: { mode: 'owner' },
    expiry: { kind: 'never' },
  })
  if (issued.secret.type !== 'client_credentials') throw new TypeError('these are no client credentials')
  return issued.secret.clientSecret
}

beforeAll(async () => {
  await new Promise<void>((done) => keyServer.listen(0, '127.0.0.1', done))
  folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  running = await runServer({
    env: {
      PORT: '0',
      DATABASE_URL: `file:${join(folder, 'latchkey.db')}`,
      LATCHKEY_BOOTSTRAP_EMAIL: OWNER.email,
      LATCHKEY_BOOTSTRAP_PASSWORD: OWNER.password,
      LATCHKEY_GITHUB_KEYS: `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/meta/public_keys`,
    },
    dev: false,
    openLog: createLog,
    compose: async (config: Config, means: Means) => {
      portal = await composePortal(config, means)
      return portal
    },
    openPages: async () => ({ handle: async (_, response) => void response.end('page'), close: async () => {} }),
  })
  secret = await issueSecret()
})
afterAll(async () => {
  await running.stop()
  keyServer.closeAllConnections()
  await new Promise((done) => keyServer.close(done))
  rmSync(folder, { recursive: true, force: true })
})

const send = async (body: string, headers: Record<string, string>) => {
  const response = await fetch(`${running.config.url}/api/v1/leaks/github`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
  })
  return { status: response.status, json: (await response.json()) as unknown }
}

const signed = (body: string) => ({
  'GITHUB-PUBLIC-KEY-IDENTIFIER': github.keyId,
  'GITHUB-PUBLIC-KEY-SIGNATURE': github.sign(body),
})

describe('POST /api/v1/leaks/github', () => {
  it('403 in one word for whatever is not signed by GitHub; no keys are fetched for what carries no signature', async () => {
    const body = githubBody(secret)
    const unsigned = await send(body, {})
    expect(asked).toBe(0)
    const others = [
      await send(body, { ...signed(body), 'GITHUB-PUBLIC-KEY-SIGNATURE': githubReporter().sign(body) }),
      await send(body, { ...signed(body), 'GITHUB-PUBLIC-KEY-IDENTIFIER': 'unknown' }),
      await send(`${body} `, signed(body)),
      await send(JSON.stringify(JSON.parse(body)), signed(body)),
    ]
    for (const { status, json } of [unsigned, ...others]) {
      expect(status).toBe(403)
      expect(json).toMatchObject({
        code: 'leak_report.signature',
        detail: 'The report is not signed by a key of GitHub.',
      })
    }
    expect(asked).toBe(1)
  })

  it('200 for a signed one, again for the same one', async () => {
    const body = githubBody(secret, 'lks_nothing')
    for (let time = 0; time < 2; time += 1) {
      const { status, json } = await send(body, signed(body))
      expect(status).toBe(200)
      expect(json).toMatchObject([{ label: 'true_positive' }, { label: 'false_positive' }])
      expect(JSON.stringify(json)).not.toContain(secret)
    }
    expect(asked).toBe(1)
  })

  it('413 for more than the edge lets in', async () => {
    const body = JSON.stringify([{ token: 'x'.repeat(70_000), type: 't' }])
    expect((await send(body, signed(body))).status).toBe(413)
  })
})
