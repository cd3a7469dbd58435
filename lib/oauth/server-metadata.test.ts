import { afterAll, beforeAll, expect, it } from 'vitest'
import { type OAuthWorld, oauthWorld } from '#db/contract/oauth-world.ts'

const METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt']
const ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256']

let world: OAuthWorld
beforeAll(async () => {
  world = await oauthWorld()
})
afterAll(() => world.remove())

it('advertises exactly what works', async () => {
  expect(await world.oauth.metadata()).toEqual({
    issuer: 'https://id.example',
    token_endpoint: 'https://id.example/oauth/token',
    jwks_uri: 'https://id.example/.well-known/jwks.json',
    grant_types_supported: ['client_credentials', 'refresh_token'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: METHODS,
    token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    introspection_endpoint: 'https://id.example/oauth/introspect',
    introspection_endpoint_auth_methods_supported: METHODS,
    introspection_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    introspection_signing_alg_values_supported: ['ES256'],
    revocation_endpoint: 'https://id.example/oauth/revoke',
    revocation_endpoint_auth_methods_supported: METHODS,
    revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    dpop_signing_alg_values_supported: ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'PS256', 'RS256'],
  })
})

it('publishes every key that verifies, and no private member', async () => {
  const { keys } = await world.oauth.keys()
  const signing = (['access', 'bearer'] as const).map((purpose) => world.ports.keyRing.signing(purpose).kid)
  expect(new Set(keys.map(({ kid }) => kid))).toEqual(new Set(signing))
  for (const key of keys) {
    expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  }
})
