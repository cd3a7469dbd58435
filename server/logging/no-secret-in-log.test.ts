import { once } from 'node:events'
import { connect } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'
import { clientKey, proofOf } from '#lib/verdict/proof.fixture.ts'
import type { PagesHandler } from '#server/edge-pages.ts'
import { createLog } from '#server/logging/log.ts'
import { type ServedHere, serveHere } from '#server/served-here.fixture.ts'

// Every kind of secret, at every place of a request, at addresses of every kind; while the store is there, and gone.

// No form gives these two away: nothing would strike them out of a line.
const PASSWORD = 'correct horse battery'
const MAIL_CODE = '739154'

const ADDRESSES = [
  ['GET', '/api/v1/validate'],
  ['POST', '/api/v1/validate/gateway'],
  ['GET', '/api/v1/me'],
  ['POST', '/oauth/token'],
  ['POST', '/oauth/introspect'],
  ['POST', '/oauth/revoke'],
  ['POST', '/api/v1/leaks'],
  ['GET', '/api/v1/tenants/nobody/tokens'],
  ['POST', '/api/v1/tenants/nobody/tokens'],
  ['GET', '/calendar'],
  ['GET', '/sign-in'],
] as const

const BODIES = [
  ['application/x-www-form-urlencoded', (secret: string) => `grant_type=client_credentials&client_secret=${secret}`],
  ['application/x-www-form-urlencoded', (secret: string) => `grant_type=refresh_token&refresh_token=${secret}`],
  ['application/json', (secret: string) => JSON.stringify({ password: secret, text: secret })],
  ['application/json', (secret: string) => `{"text": ${secret}`],
] as const

const headersWith = (secret: string): Readonly<Record<string, string>>[] => [
  { authorization: `Bearer ${secret}` },
  { authorization: `DPoP ${secret}`, dpop: secret },
  { authorization: `Basic ${Buffer.from(`client:${secret}`).toString('base64')}` },
  { 'x-api-key': secret },
  { cookie: `latchkey=${secret}; next-auth.session-token=${secret}`, origin: 'http://localhost' },
  { 'x-note': secret, 'user-agent': secret, referer: `http://localhost/?s=${secret}` },
]

const send = async (url: string, init: RequestInit): Promise<void> => {
  const answer = await fetch(url, init)
  await answer.arrayBuffer()
}

const sendEverywhere = async (url: string, secret: string): Promise<void> => {
  const encoded = encodeURIComponent(secret)
  for (const [method, path] of ADDRESSES) {
    await Promise.all([
      ...headersWith(secret).map((headers) => send(`${url}${path}`, { method, headers })),
      send(`${url}${path}?code=${encoded}&q=${encoded}`, { method }),
      send(`${url}${path}/${encoded}`, { method }),
    ])
    if (method === 'GET') continue
    for (const [type, body] of BODIES)
      await send(`${url}${path}`, { method, body: body(secret), headers: { 'content-type': type } })
  }
}

// What no client library would send: a line that is no HTTP.
const sendBroken = async (port: number, secret: string): Promise<void> => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.end(`GET /${secret} ${secret}\r\nHost: ${secret}\r\n: ${secret}\r\n\r\n`)
  socket.resume()
  await once(socket, 'close')
}

const secretsOf = async (served: ServedHere): Promise<Readonly<Record<string, string>>> => {
  const client = await served.client()
  const exchanged = await fetch(`${served.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  const tokens = (await exchanged.json()) as { readonly access_token: string; readonly refresh_token: string }
  const key = await clientKey()
  return {
    'client secret': client.secret,
    'refresh token': tokens.refresh_token,
    'bearer JWT': tokens.access_token,
    'access JWT': await served.accessToken(),
    'session cookie': await served.portal.signIn.sessionCookie.encode(served.sid),
    'session value': served.sid,
    password: PASSWORD,
    'mail code': MAIL_CODE,
    proof: await proofOf(key, { method: 'POST', url: `${served.url}/oauth/token`, now: served.portal.clock.now() }),
  }
}

// The last part of a JWT alone is enough to tell.
const tracesOf = (secret: string): readonly string[] => [
  secret,
  secret.split('.').at(-1) ?? secret,
  encodeURIComponent(secret),
  Buffer.from(`client:${secret}`).toString('base64'),
]

/** Serves, sends every secret everywhere, and answers what the log said, and which secrets stand in it. */
const logged = async (pages: PagesHandler) => {
  const lines: string[] = []
  const served = await serveHere({
    env: { LATCHKEY_LOG_LEVEL: 'debug' },
    openLog: (settings) => createLog(settings, { write: (line) => void lines.push(line) }),
    openPages: async () => ({ handle: pages, close: async () => {} }),
  })
  const secrets = await secretsOf(served)
  const sendAll = async () => {
    for (const secret of Object.values(secrets)) {
      await sendEverywhere(served.url, secret)
      await sendBroken(served.port, secret)
    }
  }
  await sendAll()
  await served.portal.close()
  await sendAll()
  await served.stop().catch(() => undefined)
  const text = lines.join('')
  const found = Object.entries(secrets).filter(([, secret]) => tracesOf(secret).some((trace) => text.includes(trace)))
  return { lines, found: found.map(([kind]) => kind) }
}

describe('a log at its most talkative', () => {
  let told: Awaited<ReturnType<typeof logged>>
  beforeAll(async () => {
    told = await logged(async () => {
      throw new Error('a page broke')
    })
  }, 120_000)

  it('holds no secret that a request carried', () => {
    expect(told.found).toEqual([])
  })

  it('says of each request what became of it, and of each failure why, under the id of the request', () => {
    const entries: readonly Record<string, unknown>[] = told.lines.map((line) => JSON.parse(line))
    const ofRequests = entries.filter(({ text }) => text === 'answered' || text === 'the request failed:')
    expect(ofRequests.length).toBeGreaterThan(1000)
    expect(ofRequests.filter(({ requestId }) => typeof requestId !== 'string')).toEqual([])
    const answered = new Set(ofRequests.map(({ route, status }) => `${String(route)} ${String(status)}`))
    for (const seen of ['validate 401', 'token 200', 'token 400', 'revoke 401', 'management 401', 'pages 500'])
      expect(answered).toContain(seen)
    expect(ofRequests.some(({ error }) => error !== undefined)).toBe(true)
  })
})

it('what has no form is found when a line repeats its request, so that the search above would find it', async () => {
  const told = await logged(async ({ url = '' }) => {
    throw new Error(`no page at ${url}`)
  })
  expect(told.found).toEqual(['password', 'mail code'])
}, 120_000)
