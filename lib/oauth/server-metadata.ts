import type { EnvironmentStore } from '#lib/access/environment-store.ts'
import type { Config } from '#lib/config/config.ts'
import type { KeyRing } from '#lib/keys/key-ring.ts'
import { CLIENT_ALGORITHMS } from '#lib/keys/public-key-set.ts'
import { PROOF_ALGORITHMS } from '#lib/verdict/proof-key.ts'

/** What a client reads to find its way (RFC 8414 §2); only what works here is advertised. */
export type ServerMetadata = {
  readonly issuer: string
  readonly token_endpoint: string
  readonly jwks_uri: string
  readonly grant_types_supported: readonly string[]
  /** Required by the RFC; nothing here has an authorization endpoint. */
  readonly response_types_supported: readonly string[]
  readonly token_endpoint_auth_methods_supported: readonly string[]
  readonly token_endpoint_auth_signing_alg_values_supported: readonly string[]
  readonly introspection_endpoint: string
  readonly introspection_endpoint_auth_methods_supported: readonly string[]
  readonly introspection_endpoint_auth_signing_alg_values_supported: readonly string[]
  /** What a signed introspection is signed with (RFC 9701 §7). */
  readonly introspection_signing_alg_values_supported: readonly string[]
  readonly revocation_endpoint: string
  readonly revocation_endpoint_auth_methods_supported: readonly string[]
  readonly revocation_endpoint_auth_signing_alg_values_supported: readonly string[]
  /** RFC 9449 §5.1. */
  readonly dpop_signing_alg_values_supported: readonly string[]
}

// One reader serves every endpoint.
const AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt']

type Ports = {
  readonly settings: Pick<Config, 'url'>
  readonly environmentStore: EnvironmentStore
  readonly keyRing: KeyRing
}

/** The authorization server's metadata (RFC 8414). */
export const serverMetadata =
  ({ settings: { url }, environmentStore, keyRing }: Ports) =>
  async (): Promise<ServerMetadata> => {
    await keyRing.catchUp()
    return {
      issuer: (await environmentStore.settings()).issuer,
      token_endpoint: `${url}/oauth/token`,
      jwks_uri: `${url}/.well-known/jwks.json`,
      grant_types_supported: ['client_credentials', 'refresh_token'],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: AUTH_METHODS,
      token_endpoint_auth_signing_alg_values_supported: CLIENT_ALGORITHMS,
      introspection_endpoint: `${url}/oauth/introspect`,
      introspection_endpoint_auth_methods_supported: AUTH_METHODS,
      introspection_endpoint_auth_signing_alg_values_supported: CLIENT_ALGORITHMS,
      introspection_signing_alg_values_supported: [keyRing.signing('bearer').algorithm],
      revocation_endpoint: `${url}/oauth/revoke`,
      revocation_endpoint_auth_methods_supported: AUTH_METHODS,
      revocation_endpoint_auth_signing_alg_values_supported: CLIENT_ALGORITHMS,
      dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
    }
  }

// The members a verifier needs (RFC 7518 §6.2.1, §6.3.1; RFC 8037 §2); anything else in a stored JWK stays here.
const PUBLIC_MEMBERS = ['kty', 'kid', 'use', 'alg', 'crv', 'x', 'y', 'n', 'e'] as const

/** A public JSON Web Key (RFC 7517 §4). */
export type PublicKey = Readonly<Partial<Record<(typeof PUBLIC_MEMBERS)[number], string>>>

/** Every key that verifies, and those that are about to sign: public members only (RFC 7517 §5). */
export const keySet =
  ({ keyRing }: { readonly keyRing: KeyRing }) =>
  async (): Promise<{ readonly keys: readonly PublicKey[] }> => {
    await keyRing.catchUp()
    return {
      keys: keyRing
        .all()
        .map(({ publicJwk }) =>
          Object.fromEntries(PUBLIC_MEMBERS.flatMap((name) => (publicJwk[name] ? [[name, publicJwk[name]]] : []))),
        ),
    }
  }
