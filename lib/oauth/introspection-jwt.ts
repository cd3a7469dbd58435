import type { EnvironmentStore } from '#lib/access/environment-store.ts'
import type { KeyRing } from '#lib/keys/key-ring.ts'
import { signJws } from '#lib/keys/sign-jws.ts'
import type { Introspection } from '#lib/oauth/introspection.ts'
import type { Clock } from '#lib/time/clock.ts'

// No verifier of tokens takes one (RFC 9701 §5, RFC 8725 §3.11).
const INTROSPECTION_JWT_TYPE = 'token-introspection+jwt'

/** What signing an introspection needs. */
export type SignIntrospectionPorts = {
  readonly clock: Clock
  readonly keyRing: KeyRing
  readonly environmentStore: EnvironmentStore
}

/**
 * Signs what a client was told of a token (RFC 9701 §5), for that client alone. It has neither `sub` nor `exp` of its own,
 * so that nobody takes it for the token it tells of.
 */
export const signIntrospection =
  ({ clock, keyRing, environmentStore }: SignIntrospectionPorts) =>
  async (introspection: Introspection, clientId: string): Promise<string> => {
    await keyRing.catchUp()
    const { issuer } = await environmentStore.settings()
    const claims = { iss: issuer, aud: clientId, iat: clock.now(), token_introspection: introspection }
    return signJws(keyRing.signing('bearer'), INTROSPECTION_JWT_TYPE, claims)
  }
