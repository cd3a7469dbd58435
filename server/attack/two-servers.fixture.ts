import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readConfig } from '#lib/config/env.ts'
import { startChild } from '#server/child.fixture.ts'
import { composePortal } from '#server/compose.ts'

const PROGRAM = join(import.meta.dirname, 'served-portal.fixture.ts')
const URL_OF_ALL = 'http://portal.example'
const OWNER = 'ada@acme.example'

/** What a server answered: its status and its JSON. */
export type Answer = { readonly status: number; readonly json: Readonly<Record<string, unknown>> }

const answerOf = async (response: Response): Promise<Answer> => ({
  status: response.status,
  json: (await response.json()) as Record<string, unknown>,
})

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })

// Three start at once, on a machine that may be busy.
const START_MS_MAX = 120_000
const LOOK_MS = 50

const untilReady = async (url: string, said: () => unknown): Promise<void> => {
  const deadline = performance.now() + START_MS_MAX
  while (performance.now() < deadline) {
    const ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) return
    await delay(LOOK_MS)
  }
  throw new Error(`it did not start: ${JSON.stringify(said())}`)
}

/** One of several processes over one database. */
const launch = async (env: Readonly<Record<string, string>>) => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = startChild(PROGRAM, { ...env, PORT: String(port) })
  await untilReady(url, child.output)
  const send = async (path: string, init: RequestInit = {}) =>
    answerOf(await fetch(`${url}${path}`, { ...init, redirect: 'manual' }))
  return {
    /** Whether a credential in `X-API-KEY` (access) or `Authorization` (bearer) is good here, and for these permissions. */
    validate: (text: string, header: 'x-api-key' | 'authorization' = 'x-api-key', permission?: string) =>
      send(`/api/v1/validate${permission === undefined ? '' : `?permission=${permission}`}`, {
        headers: { [header]: header === 'x-api-key' ? text : `Bearer ${text}` },
      }),
    exchange: (form: Readonly<Record<string, string>>) =>
      send('/oauth/token', { method: 'POST', body: new URLSearchParams(form) }),
    /** As a signed-in browser; rejects when the connection breaks. */
    manage: (cookie: string, method: string, path: string, body?: unknown, idempotencyKey?: string) =>
      send(path, {
        method,
        headers: {
          cookie,
          origin: URL_OF_ALL,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    kill: async (): Promise<void> => {
      child.process.kill('SIGKILL')
      await child.ended
    },
  }
}

/** A process that serves. */
export type Server = Awaited<ReturnType<typeof launch>>

/** Processes that serve one database, and this one beside them that signs people in and manages members. */
export const twoServers = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-attack-'))
  const env = {
    DATABASE_URL: `file:${join(folder, 'latchkey.db')}`,
    LATCHKEY_URL: URL_OF_ALL,
    LATCHKEY_BOOTSTRAP_EMAIL: OWNER,
    LATCHKEY_BOOTSTRAP_PASSWORD: 'a passphrase for attacks',
  }
  const portal = await composePortal(readConfig(env))
  const [one, other, victim] = await Promise.all([launch(env), launch(env), launch(env)])
  const trace = { requestId: 'attack', address: '192.0.2.1', agent: undefined }

  /** Somebody's cookie, and who they are in the account. */
  const signIn = async (email: string) => {
    const browser = { sid: undefined, known: undefined }
    const { sid } = await portal.signIn.signInWithOidc({ claims: { email, email_verified: true }, browser, trace })
    const person = await portal.signIn.findPerson(sid)
    if (!person) throw new Error(`${email} is not signed in`)
    const principal = await portal.access.findPrincipal({ person, tenant: { slug: 'latchkey' }, trace })
    const cookie = `${portal.signIn.cookies.sessionName}=${await portal.signIn.sessionCookie.encode(sid)}`
    return { cookie, principal, tokens: `/api/v1/tenants/${principal.tenant.id}/tokens` }
  }

  return {
    /** The variables of every process: for commands beside them. */
    env,
    portal,
    one,
    other,
    /** One more, to be killed. */
    victim,
    signIn,
    owner: await signIn(OWNER),
    remove: async (): Promise<void> => {
      await Promise.all([one, other, victim].map((server) => server.kill()))
      await portal.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
