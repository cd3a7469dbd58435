import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ORIGIN_HERE } from '#db/contract/api-world.ts'
import { requireProofOf } from '#db/contract/require-proof.ts'
import { ME_URL, type ProvenWorld, provenWorld } from '#server/attack/proven-world.fixture.ts'

// Clients that nobody here wrote, as they come.

let world: ProvenWorld
beforeAll(async () => {
  world = await provenWorld()
})
afterAll(() => world.remove())

// The portal believes to be at its public name; the socket is here.
const fetchHere = (url: string | URL, options: object = {}): Promise<Response> =>
  fetch(url.toString().replace(ORIGIN_HERE, `http://127.0.0.1:${world.port}`), options)
// The clock of these tests stands elsewhere than the client's.
const skew = (): number => world.clock.now() - Math.floor(Date.now() / 1000)

const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'Ed25519']

/** What both kinds of token are tried as: those that may have proofs and those that must. */
const clientOf = async (required: boolean) => {
  const client = await world.client()
  if (required) await requireProofOf(world.connection, client.token, world.clock.now())
  return client
}

describe.each([
  ['that may be bound', false],
  ['that must be bound', true],
])('openid-client with a token %s', (_, required) => {
  it.each(ALGORITHMS)('by %s exchanges, refreshes and uses it', async (algorithm) => {
    const { secret } = await clientOf(required)
    const config = await openid.discovery(
      new URL(ORIGIN_HERE),
      secret.clientId,
      { [openid.clockSkew]: skew() },
      openid.ClientSecretBasic(secret.clientSecret),
      { algorithm: 'oauth2', [openid.customFetch]: fetchHere },
    )
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair(algorithm))
    const first = await openid.clientCredentialsGrant(config, { scope: 'projects:read' }, { DPoP })
    expect([first.token_type, first.scope]).toEqual(['dpop', 'projects:read'])
    const second = await openid.refreshTokenGrant(config, first.refresh_token ?? '', {}, { DPoP })
    for (const { access_token: token } of [first, second, first]) {
      const url = new URL(ME_URL)
      const answer = await openid.fetchProtectedResource(config, token, url, 'GET', null, undefined, { DPoP })
      expect([answer.status, answer.headers.get('dpop-nonce')]).toEqual([200, expect.any(String)])
    }
    const told = await openid.tokenIntrospection(config, second.access_token)
    expect(told).toMatchObject({
      active: true,
      token_type: 'DPoP',
      cnf: { jkt: await DPoP.calculateThumbprint() },
    })
  })
})

describe('oauth4webapi', () => {
  const set = async (required: boolean) => {
    const { secret } = await clientOf(required)
    const client: oauth.Client = { client_id: secret.clientId, [oauth.clockSkew]: skew() }
    const url = new URL(ORIGIN_HERE)
    const discovered = await oauth.discoveryRequest(url, { algorithm: 'oauth2', [oauth.customFetch]: fetchHere })
    const server = await oauth.processDiscoveryResponse(url, discovered)
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
    const ask = async () => {
      const authentication = oauth.ClientSecretPost(secret.clientSecret)
      const response = await oauth.clientCredentialsGrantRequest(
        server,
        client,
        authentication,
        new URLSearchParams(),
        {
          DPoP,
          [oauth.customFetch]: fetchHere,
        },
      )
      return oauth.processClientCredentialsResponse(server, client, response)
    }
    return { server, client, DPoP, ask }
  }

  it('is asked for a nonce, and the same request again succeeds', async () => {
    const { ask, server, client } = await set(true)
    expect(server.dpop_signing_alg_values_supported).toContain('ES256')
    const first = await ask().catch((thrown: unknown) => thrown)
    expect(oauth.isDPoPNonceError(first)).toBe(true)
    const { token_type, access_token } = await ask()
    expect(token_type).toBe('dpop')
    expect(client.client_id).toBeDefined()
    expect(access_token).toBeDefined()
  })

  it('uses a bound JWT, and validates one with its proof as a service would', async () => {
    const { ask, server, client, DPoP } = await set(false)
    const { access_token: token } = await ask()
    const sent = { DPoP, [oauth.customFetch]: fetchHere }
    const answer = await oauth.protectedResourceRequest(token, 'GET', new URL(ME_URL), undefined, undefined, sent)
    expect(answer.status).toBe(200)
    const kept: Request[] = []
    await oauth.protectedResourceRequest(token, 'GET', new URL('https://api.example/records'), undefined, undefined, {
      DPoP,
      [oauth.customFetch]: async (url, { headers, method }) => {
        kept.push(new Request(url, { headers, method }))
        return new Response()
      },
    })
    const [request] = kept
    if (!request) throw new TypeError('nothing was sent')
    const claims = await oauth.validateJwtAccessToken(server, request, ORIGIN_HERE, {
      requireDPoP: true,
      [oauth.clockSkew]: skew(),
      [oauth.customFetch]: fetchHere,
    })
    expect(claims).toMatchObject({ sub: client.client_id, cnf: { jkt: await DPoP.calculateThumbprint() } })
  })

  it('that has the wrong time is told so', async () => {
    const { server, client } = await set(false)
    const { secret } = await world.client()
    const late: oauth.Client = { ...client, client_id: secret.clientId, [oauth.clockSkew]: skew() - 120 }
    const DPoP = oauth.DPoP(late, await oauth.generateKeyPair('ES256'))
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      late,
      oauth.ClientSecretPost(secret.clientSecret),
      new URLSearchParams(),
      { DPoP, [oauth.customFetch]: fetchHere },
    )
    await expect(oauth.processClientCredentialsResponse(server, late, response)).rejects.toMatchObject({
      error: 'invalid_dpop_proof',
      error_description: expect.stringContaining('iat'),
    })
  })
})
