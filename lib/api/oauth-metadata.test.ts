import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld, ORIGIN_HERE } from '#db/contract/api-world.ts'

// What is advertised works, and what is not advertised does not (RFC 8414).

let world: ApiWorld
let client: Awaited<ReturnType<ApiWorld['client']>>
let metadata: Record<string, unknown>
beforeAll(async () => {
  world = await apiWorld()
  client = await world.client()
  const response = await world.send('/.well-known/oauth-authorization-server')
  metadata = (await response.json()) as Record<string, unknown>
})
afterAll(() => world.remove())

const ENDPOINTS = ['token', 'introspection', 'revocation'] as const
const listed = (name: string): readonly string[] => (metadata[name] ?? []) as readonly string[]
const pathOf = (name: string): string => String(metadata[name]).replace(ORIGIN_HERE, '')

const send = async (path: string, form: Readonly<Record<string, string>>, headers: Record<string, string> = {}) => {
  const response = await world.send(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(form).toString(),
  })
  const text = await response.text()
  const json = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  return { status: response.status, error: json['error'], json }
}

const identity = () => ({ client_id: client.secret.clientId, client_secret: client.secret.clientSecret })
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Every method of RFC 8414's registry, as a client that knows it would use it. */
const METHODS: Readonly<Record<string, () => readonly [Record<string, string>, Record<string, string>]>> = {
  client_secret_basic: () => {
    const { client_id, client_secret } = identity()
    return [{}, { Authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}` }]
  },
  client_secret_post: () => [identity(), {}],
  none: () => [{ client_id: identity().client_id }, {}],
  private_key_jwt: () => [{ client_assertion_type: ASSERTION, client_assertion: 'a.b.c' }, {}],
  client_secret_jwt: () => [{ ...METHODS['private_key_jwt']?.()[0], client_id: identity().client_id }, {}],
  tls_client_auth: () => [{ client_id: identity().client_id }, { 'X-Client-Cert': 'MII' }],
}

describe.each(ENDPOINTS)('the %s endpoint', (name) => {
  it.each(Object.keys(METHODS))('takes %s if it is advertised, and no other way', async (method) => {
    const [form, headers] = METHODS[method]?.() ?? [{}, {}]
    const asked = { grant_type: 'client_credentials', token: 'nonsense', ...form }
    const { status, error } = await send(pathOf(`${name}_endpoint`), asked, headers)
    const isAdvertised = listed(`${name}_endpoint_auth_methods_supported`).includes(method)
    expect([method, status, error]).toEqual(isAdvertised ? [method, 200, undefined] : [method, 401, 'invalid_client'])
  })
})

const GRANTS: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
  client_credentials: async () => ({}),
  refresh_token: async () => ({ refresh_token: (await world.ask(client.credentials())).refresh_token }),
  authorization_code: async () => ({ code: 'x', redirect_uri: 'https://a.example' }),
  password: async () => ({ username: 'mia@example.com', password: 'x' }),
  implicit: async () => ({}),
  'urn:ietf:params:oauth:grant-type:jwt-bearer': async () => ({ assertion: 'a.b.c' }),
  'urn:ietf:params:oauth:grant-type:device_code': async () => ({ device_code: 'x' }),
  'urn:ietf:params:oauth:grant-type:token-exchange': async () => ({ subject_token: 'x' }),
}

describe('a grant', () => {
  it.each(Object.keys(GRANTS))('%s works if it is advertised, and else not', async (grant) => {
    const form = { grant_type: grant, ...identity(), ...(await GRANTS[grant]?.()) }
    const { status, error } = await send(pathOf('token_endpoint'), form)
    const isAdvertised = listed('grant_types_supported').includes(grant)
    expect([status, error]).toEqual(isAdvertised ? [200, undefined] : [400, 'unsupported_grant_type'])
  })
})

describe('everything advertised', () => {
  it('is one of the things these tests try', () => {
    const known = ENDPOINTS.flatMap((name) => [`${name}_endpoint`, `${name}_endpoint_auth_methods_supported`])
    expect(Object.keys(metadata).sort()).toEqual(
      [...known, 'grant_types_supported', 'issuer', 'jwks_uri', 'response_types_supported'].sort(),
    )
    expect(listed('response_types_supported')).toEqual([])
    for (const name of ENDPOINTS)
      expect(Object.keys(METHODS)).toEqual(
        expect.arrayContaining([...listed(`${name}_endpoint_auth_methods_supported`)]),
      )
    expect(Object.keys(GRANTS)).toEqual(expect.arrayContaining([...listed('grant_types_supported')]))
  })

  it('does what its name says', async () => {
    const { access_token: bearer, refresh_token: refresh } = await world.ask(client.credentials())
    const introspected = await send(pathOf('introspection_endpoint'), client.about(bearer))
    expect(introspected.json).toMatchObject({ active: true, iss: metadata['issuer'] })
    expect((await send(pathOf('revocation_endpoint'), client.about(refresh))).status).toBe(200)
    expect((await send(pathOf('introspection_endpoint'), client.about(bearer))).json).toEqual({ active: false })
    const keys = await world.send(pathOf('jwks_uri'))
    expect(((await keys.json()) as { keys: unknown[] }).keys.length).toBeGreaterThan(0)
  })

  it('is all there is: no other endpoint of OAuth answers', async () => {
    const document = (await (await world.send('/api/v1/openapi.json')).json()) as { paths: Record<string, unknown> }
    const documented = Object.keys(document.paths).filter((path) => path.startsWith('/oauth/'))
    expect(documented.sort()).toEqual(ENDPOINTS.map((name) => pathOf(`${name}_endpoint`)).sort())
    const routes = world.app.routes.map(({ path }) => path).filter((path) => path.startsWith('/oauth/'))
    expect(new Set(routes)).toEqual(new Set(documented))
    for (const path of ['authorize', 'register', 'par', 'device_authorization', 'userinfo', 'bc-authorize'])
      for (const method of ['GET', 'POST']) expect((await world.send(`/oauth/${path}`, { method })).status).toBe(404)
  })
})
