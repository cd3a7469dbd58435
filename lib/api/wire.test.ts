import { createRemoteJWKSet, customFetch as joseFetch, jwtVerify } from 'jose'
import {
  ClientSecretBasic,
  ClientSecretPost,
  clientCredentialsGrant,
  customFetch,
  discovery,
  None,
  refreshTokenGrant,
  tokenIntrospection,
  tokenRevocation,
} from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld, ORIGIN_HERE } from '#db/contract/api-world.ts'
import { account, personal } from '#db/contract/token-fixture.ts'
import { createApiListener } from '#server/api-listener.ts'
import { createEdge } from '#server/edge.ts'
import { createHttpServer, type HttpServer } from '#server/http-server.ts'
import { requestText, sendRaw } from '#server/raw-http.fixture.ts'

// Over real sockets, through the edge, as clients and proxies meet it.

let world: ApiWorld
let http: HttpServer
let port = 0
beforeAll(async () => {
  world = await apiWorld()
  const edge = createEdge({
    url: ORIGIN_HERE,
    trustedProxies: [],
    issuer: undefined,
    dev: false,
    api: createApiListener(world.app, ORIGIN_HERE, world.ports.log),
    pages: async (_request, response) => void response.writeHead(404).end(),
    isReady: () => true,
    log: world.ports.log,
  })
  http = createHttpServer(edge, world.ports.log)
  port = await http.listen(0)
})
afterAll(async () => {
  await http.stop(1000)
  await world.remove()
})

const accessToken = async (asked: Parameters<typeof personal>[0] = {}): Promise<string> => {
  const { secret } = await world.tokens.issue(await world.as('mia'), personal(asked))
  return secret.type === 'access_token' ? secret.accessToken : ''
}

const raw = async (method: string, target: string, ...lines: readonly string[]) => {
  const { status, headers, body } = await sendRaw(port, requestText(method, target, { host: 'id.example', lines }))
  const json = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>)
  return { status, headers, json }
}

describe('a credential on the wire', () => {
  it('is good in its own header, in any case of the name', async () => {
    const text = await accessToken()
    for (const name of ['X-API-KEY', 'x-api-key', 'X-Api-Key']) {
      const { status, headers, json } = await raw('GET', '/api/v1/validate', `${name}: ${text}`)
      expect([status, json['active'], headers['x-auth-subject']]).toEqual([200, true, 'mia'])
    }
  })

  it('of each type only counts in its own header', async () => {
    const client = await world.client()
    const bearer = (await world.ask(client.credentials())).access_token
    const access = await accessToken()
    expect((await raw('GET', '/api/v1/me', `Authorization: Bearer ${bearer}`)).status).toBe(200)
    for (const line of [`X-API-KEY: ${bearer}`, `Authorization: Bearer ${access}`]) {
      const { status, headers, json } = await raw('GET', '/api/v1/me', line)
      expect([status, json['code']]).toEqual([401, 'credential.wrong_header'])
      expect(headers['www-authenticate']).toContain('error="invalid_token"')
    }
  })

  it('is the whole text behind its scheme, and nothing but it', async () => {
    const client = await world.client()
    const bearer = (await world.ask(client.credentials())).access_token
    expect((await raw('GET', '/api/v1/me', `Authorization: bearer   ${bearer}`)).status).toBe(200)
    for (const text of [`"${bearer}"`, `${bearer} x`, `x ${bearer}`, `${bearer}=`, `${bearer};`, '']) {
      const { status, json } = await raw('GET', '/api/v1/me', `Authorization: Bearer ${text}`)
      expect([text, status, json['code']]).toEqual([text, 401, 'credential.invalid'])
    }
  })

  it('stands once: repeated, doubled or in both headers it is refused, good or not', async () => {
    const text = await accessToken()
    for (const lines of [
      [`X-API-KEY: ${text}`, `X-API-KEY: ${text}`],
      [`X-API-KEY: ${text}, ${text}`],
      [`Authorization: Bearer ${text}`, `authorization: Bearer ${text}`],
      [`X-API-KEY: ${text}`, `Authorization: Bearer ${text}`],
    ]) {
      const { status, json } = await raw('GET', '/api/v1/validate', ...lines)
      expect([status, json['code']]).toEqual([400, 'credential.ambiguous'])
    }
  })

  it('over 8 KiB is refused before it is parsed', async () => {
    const { status, json } = await raw('GET', '/api/v1/validate', `X-API-KEY: ${'a'.repeat(8193)}`)
    expect([status, json['code']]).toEqual([401, 'credential.invalid'])
  })

  it.each([
    ['another last character', (text: string) => `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`],
    ['padding', (text: string) => `${text}==`],
    ['a dot more', (text: string) => `${text}.`],
    ['no signature', (text: string) => `${text.split('.').slice(0, 2).join('.')}.`],
    ['alg none', (text: string) => `eyJhbGciOiJub25lIn0.${text.split('.')[1]}.`],
    ['space within', (text: string) => `${text.slice(0, 40)} ${text.slice(40)}`],
    [
      'its payload alone changed',
      (text: string) => text.replace(/\.(.)/, (_, one: string) => `.${one === 'e' ? 'f' : 'e'}`),
    ],
    ['its text in other letters', (text: string) => text.toUpperCase()],
    ['a client secret', () => 'lks_0000000000000000000000000000000000000000000000000'],
    ['a path', () => '../../etc/passwd'],
  ])('forged by %s is none of ours', async (_, forge) => {
    const { status, json } = await raw('GET', '/api/v1/validate', `X-API-KEY: ${forge(await accessToken())}`)
    expect([status, json['code']]).toEqual([401, 'credential.invalid'])
  })

  it('bound to addresses believes the socket, and no header of a client', async () => {
    const elsewhere = await accessToken({ ipAllowlist: ['198.51.100.0/24'] })
    const here = await accessToken({ ipAllowlist: ['127.0.0.0/8'] })
    const forged = ['X-Forwarded-For: 198.51.100.7', 'Forwarded: for=198.51.100.7', 'X-Latchkey-Address: 198.51.100.7']
    const refused = await raw('GET', '/api/v1/validate', `X-API-KEY: ${elsewhere}`, ...forged)
    expect([refused.status, refused.json['code']]).toEqual([403, 'token.address'])
    expect((await raw('GET', '/api/v1/validate', `X-API-KEY: ${here}`, ...forged)).status).toBe(200)
  })
})

describe('requirements', () => {
  it('come from the query, all of them needed; 403 names the scope', async () => {
    const text = await accessToken({ grant: { mode: 'permissions', permissions: ['projects:read'] } })
    const ask = (query: string) => raw('GET', `/api/v1/validate?${query}`, `X-API-KEY: ${text}`)
    expect((await ask('permission=projects:read')).headers['x-auth-permissions']).toBe('projects:read')
    const { status, headers, json } = await ask('permission=projects:read&permission=records:read')
    expect([status, json['code']]).toEqual([403, 'token.permission'])
    expect(headers['www-authenticate']).toContain('scope="projects:read records:read"')
    expect((await ask(`audience=${encodeURIComponent(ORIGIN_HERE)}`)).status).toBe(200)
    expect((await ask('audience=https://elsewhere.example')).json['code']).toBe('token.audience')
  })

  it('that are misspelt let nobody in', async () => {
    const text = await accessToken()
    for (const query of ['permissions=projects:read', 'Permission=projects:read', 'permission[]=projects:read']) {
      expect((await raw('GET', `/api/v1/validate?${query}`, `X-API-KEY: ${text}`)).status).toBe(400)
    }
  })

  it('come from a gateway’s headers, whatever the client’s path, query and method', async () => {
    const { secret } = await world.tokens.issue(await world.as('olga'), account())
    const key = `X-API-KEY: ${secret.type === 'access_token' ? secret.accessToken : ''}`
    const ask = (permission: string) =>
      raw('DELETE', '/api/v1/validate/orders/7?permission=nonsense', key, `X-Latchkey-Permission: ${permission}`)
    expect((await ask('projects:read')).headers['x-auth-permissions']).toBe('projects:read')
    expect((await ask('projects:read projects:write')).status).toBe(403)
    expect((await ask('nonsense')).status).toBe(400)
    for (const path of ['/api/v1/validate/', '/api/v1/validate/a', '/api/v1/validate/a/%20/'])
      expect((await raw('PUT', path, key, 'X-Latchkey-Permission: projects:write')).status).toBe(403)
  })

  it('of a gateway that was pointed at /validate itself are met as well', async () => {
    const { secret } = await world.tokens.issue(await world.as('olga'), account())
    const key = `X-API-KEY: ${secret.type === 'access_token' ? secret.accessToken : ''}`
    const told = 'X-Latchkey-Permission: projects:write'
    expect((await raw('GET', '/api/v1/validate', key, told)).status).toBe(403)
    const both = await raw('GET', '/api/v1/validate?audience=a', key, 'X-Latchkey-Audience: b')
    expect(both.status).toBe(400)
  })
})

describe('a revocation on the wire', () => {
  const sendForm = (path: string, body: string) => {
    const lines = ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${body.length}`]
    return sendRaw(port, requestText('POST', path, { host: 'id.example', lines, body }))
  }

  it('is answered by its status alone', async () => {
    const client = await world.client()
    const { refresh_token: refresh } = await world.ask(client.credentials())
    const answer = await sendForm('/oauth/revoke', new URLSearchParams(client.about(refresh)).toString())
    expect([answer.status, answer.body]).toEqual([200, ''])
    expect(answer.headers).not.toHaveProperty('content-type')
    expect(answer.headers).toMatchObject({ 'content-length': '0', 'cache-control': 'no-store' })
  })

  it('over 64 KB is refused at the edge', async () => {
    const answer = await sendForm('/oauth/introspect', `token=${'x'.repeat(70_000)}`)
    expect(answer.status).toBe(413)
  })
})

describe('standard clients', () => {
  // The portal believes to be at its public name; the socket is here.
  const fetchHere = (url: string | URL, options: RequestInit = {}): Promise<Response> =>
    fetch(url.toString().replace(ORIGIN_HERE, `http://127.0.0.1:${port}`), options)

  it.each([
    ['HTTP Basic', ClientSecretBasic],
    ['the form', ClientSecretPost],
  ])('discover, exchange, refresh and verify, authenticated by %s', async (_, method) => {
    const { secret } = await world.client()
    const config = await discovery(new URL(ORIGIN_HERE), secret.clientId, undefined, method(secret.clientSecret), {
      algorithm: 'oauth2',
      [customFetch]: fetchHere as never,
    })
    const first = await clientCredentialsGrant(config, { scope: 'projects:read' })
    expect(first.scope).toBe('projects:read')
    const second = await refreshTokenGrant(config, first.refresh_token ?? '')
    const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri ?? ''), {
      [joseFetch]: fetchHere as never,
    })
    const { payload } = await jwtVerify(second.access_token, keys, {
      issuer: ORIGIN_HERE,
      audience: ORIGIN_HERE,
      typ: 'at+jwt',
      currentDate: new Date(world.clock.now() * 1000),
    })
    expect(payload.sub).toBe(secret.clientId)
    expect((await raw('GET', '/api/v1/me', `Authorization: Bearer ${second.access_token}`)).status).toBe(200)
  })

  it.each([
    ['HTTP Basic', ClientSecretBasic],
    ['the form', ClientSecretPost],
  ])('introspect and revoke, authenticated by %s', async (_, method) => {
    const { secret } = await world.client()
    const config = await discovery(new URL(ORIGIN_HERE), secret.clientId, undefined, method(secret.clientSecret), {
      algorithm: 'oauth2',
      [customFetch]: fetchHere as never,
    })
    const first = await clientCredentialsGrant(config, { scope: 'projects:read' })
    const second = await refreshTokenGrant(config, first.refresh_token ?? '')
    const told = await tokenIntrospection(config, second.access_token, { token_type_hint: 'access_token' })
    expect(told).toMatchObject({ active: true, scope: 'projects:read', iss: ORIGIN_HERE, client_id: secret.clientId })
    expect(await tokenIntrospection(config, await accessToken())).toMatchObject({ active: true, token_type: 'N_A' })
    await tokenRevocation(config, second.refresh_token ?? '', { token_type_hint: 'refresh_token' })
    await tokenRevocation(config, 'nonsense')
    for (const { access_token } of [first, second]) {
      expect(await tokenIntrospection(config, access_token)).toEqual({ active: false })
      expect((await raw('GET', '/api/v1/me', `Authorization: Bearer ${access_token}`)).json['code']).toBe(
        'token.revoked',
      )
    }
    await expect(refreshTokenGrant(config, second.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  it('that do not authenticate read why', async () => {
    const { secret } = await world.client()
    const config = await discovery(new URL(ORIGIN_HERE), secret.clientId, undefined, None(), {
      algorithm: 'oauth2',
      [customFetch]: fetchHere as never,
    })
    await expect(clientCredentialsGrant(config)).rejects.toMatchObject({ error: 'invalid_client', status: 401 })
  })
})
