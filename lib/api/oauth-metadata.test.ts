import { createLocalJWKSet, type JWK, jwtVerify, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, apiWorld, ORIGIN_HERE } from '#db/contract/api-world.ts'
import { asserting, ownKey, ownKeyClient } from '#db/contract/own-key-client.ts'
import { CLIENT_ALGORITHMS, type ClientAlgorithm } from '#lib/keys/public-key-set.ts'
import { clientKey, proofOf } from '#lib/verdict/proof.fixture.ts'

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

/** Every method of RFC 8414's registry, as a client that knows it would use it. */
type Presented = readonly [form: Record<string, string>, headers: Record<string, string>]

const byKey = async (alg?: ClientAlgorithm): Promise<Presented> => {
  const own = await ownKeyClient(world, alg ? { alg } : {})
  return [asserting(await own.sign()), {}]
}

// RFC 7523 §2.2 with the secret as the key of an HMAC (OpenID Connect Core §9).
const byHmac = async (): Promise<Presented> => {
  const { client_id: id, client_secret: secret } = identity()
  const now = world.clock.now()
  const jwt = new SignJWT({ iss: id, sub: id, aud: ORIGIN_HERE, iat: now, exp: now + 60, jti: 'by-hmac' })
  const signed = await jwt.setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret))
  return [asserting(signed), {}]
}

const METHODS: Readonly<Record<string, () => Presented | Promise<Presented>>> = {
  client_secret_basic: () => {
    const { client_id, client_secret } = identity()
    return [{}, { Authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}` }]
  },
  client_secret_post: () => [identity(), {}],
  none: () => [{ client_id: identity().client_id }, {}],
  private_key_jwt: () => byKey(),
  client_secret_jwt: byHmac,
  tls_client_auth: () => [{ client_id: identity().client_id }, { 'X-Client-Cert': 'MII' }],
}

const OTHER_ALGORITHMS = [
  'none',
  'HS256',
  'HS512',
  'ES384',
  'ES512',
  'ES256K',
  'RS384',
  'RS512',
  'PS512',
  'Ed448',
  'ML-DSA-44',
]

describe.each(ENDPOINTS)('the %s endpoint', (name) => {
  it.each(Object.keys(METHODS))('takes %s if it is advertised, and no other way', async (method) => {
    const [form, headers] = (await METHODS[method]?.()) ?? [{}, {}]
    const asked = { grant_type: 'client_credentials', token: 'nonsense', ...form }
    const { status, error } = await send(pathOf(`${name}_endpoint`), asked, headers)
    const isAdvertised = listed(`${name}_endpoint_auth_methods_supported`).includes(method)
    expect([method, status, error]).toEqual(isAdvertised ? [method, 200, undefined] : [method, 401, 'invalid_client'])
  })

  it.each(CLIENT_ALGORITHMS)('takes an assertion by %s, which is advertised', async (alg) => {
    expect(listed(`${name}_endpoint_auth_signing_alg_values_supported`)).toContain(alg)
    const [form] = await byKey(alg)
    const { status } = await send(pathOf(`${name}_endpoint`), { grant_type: 'client_credentials', token: 'x', ...form })
    expect(status).toBe(200)
  })

  // All that RFC 7518 §3.1, RFC 8037 §3.1, RFC 8812 and RFC 9864 name, and what is no algorithm.
  it.each([...OTHER_ALGORITHMS])('advertises no %s, and takes no such key', async (alg) => {
    expect(listed(`${name}_endpoint_auth_signing_alg_values_supported`)).not.toContain(alg)
    const { publicJwk } = await ownKey('ES256')
    const asked = { type: 'client_credentials' as const, publicJwks: { ...publicJwk, alg } }
    await expect(world.client('mia', asked)).rejects.toMatchObject({ code: 'request.invalid' })
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

// What the registry of JWS algorithms has for keys in two halves, and an EdDSA by its newer name.
const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512']

describe('a proof of possession', () => {
  it.each(ALGORITHMS)('signed with %s is taken if that is advertised, and else not', async (algorithm) => {
    const request = { method: 'POST', url: String(metadata['token_endpoint']), now: world.clock.now() }
    const dpop = await proofOf(await clientKey(algorithm), request)
    const { status, error, json } = await send(pathOf('token_endpoint'), client.credentials(), { DPoP: dpop })
    expect([status, error, json['token_type']]).toEqual(
      listed('dpop_signing_alg_values_supported').includes(algorithm)
        ? [200, undefined, 'DPoP']
        : [400, 'invalid_dpop_proof', undefined],
    )
  })
})

describe('everything advertised', () => {
  it('is one of the things these tests try', () => {
    const known = ENDPOINTS.flatMap((name) => [
      `${name}_endpoint`,
      `${name}_endpoint_auth_methods_supported`,
      `${name}_endpoint_auth_signing_alg_values_supported`,
    ])
    expect(Object.keys(metadata).sort()).toEqual(
      [
        ...known,
        'dpop_signing_alg_values_supported',
        'grant_types_supported',
        'introspection_signing_alg_values_supported',
        'issuer',
        'jwks_uri',
        'response_types_supported',
      ].sort(),
    )
    expect(listed('response_types_supported')).toEqual([])
    for (const name of ENDPOINTS)
      expect(listed(`${name}_endpoint_auth_signing_alg_values_supported`)).toEqual(CLIENT_ALGORITHMS)
    for (const name of ENDPOINTS)
      expect(Object.keys(METHODS)).toEqual(
        expect.arrayContaining([...listed(`${name}_endpoint_auth_methods_supported`)]),
      )
    expect(ALGORITHMS).toEqual(expect.arrayContaining([...listed('dpop_signing_alg_values_supported')]))
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

  it('signs introspections with what is advertised, by a published key', async () => {
    const response = await world.send(pathOf('introspection_endpoint'), {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        Accept: 'application/token-introspection+jwt',
      },
      body: new URLSearchParams(client.about('nonsense')).toString(),
    })
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/token-introspection+jwt',
    ])
    expect(Object.fromEntries(response.headers)).toMatchObject({ 'cache-control': 'no-store', vary: 'Accept' })
    const { keys } = (await (await world.send(pathOf('jwks_uri'))).json()) as { keys: JWK[] }
    const { protectedHeader } = await jwtVerify(await response.text(), createLocalJWKSet({ keys }), {
      currentDate: new Date(world.clock.now() * 1000),
    })
    expect(listed('introspection_signing_alg_values_supported')).toEqual([protectedHeader.alg])
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
