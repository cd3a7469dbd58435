import { PortalError } from '#lib/errors/portal-error.ts'
import { type PublicKeySet, thumbprint } from '#lib/keys/public-key-set.ts'
import type { Token } from '#lib/tokens/token.ts'
import { CLIENTS_ONLY } from '#lib/tokens/token-request.ts'
import type { TokenStore } from '#lib/tokens/token-store.ts'

/** What is recorded of registered keys: which they are, by their thumbprints (RFC 7638). */
export const keysRecorded = (publicJwks: PublicKeySet | undefined): { readonly keys?: readonly string[] } =>
  publicJwks ? { keys: publicJwks.keys.map(thumbprint) } : {}

/**
 * Throws `request.invalid` where a rotation registers keys for a token that is no client, or none for a client whose
 * newest credential are its own keys: it would be given a secret nobody asked for.
 */
export const requireOwnKeys = async (
  tokenStore: Pick<TokenStore, 'credentials'>,
  { tenantId, id, type }: Token,
  publicJwks: PublicKeySet | undefined,
): Promise<void> => {
  const refuse = (sentence: string) => new PortalError('request.invalid', { fields: { publicJwks: [sentence] } })
  if (publicJwks) {
    if (type === 'access_token') throw refuse(CLIENTS_ONLY)
    return
  }
  const [newest] = await tokenStore.credentials(tenantId, id)
  if (newest?.kind === 'public_jwks') throw refuse('This client has keys of its own: register the new ones.')
}
