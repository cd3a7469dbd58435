import type { Randomness } from '#lib/keys/randomness.ts'
import { isSecretText } from '#lib/keys/secret-text.ts'
import type { IntrospectionPorts } from '#lib/oauth/answer-introspection.ts'
import { type Asker, authenticateClient, type Client, countUse } from '#lib/oauth/authenticate-client.ts'
import { exchangeEvent } from '#lib/oauth/bearer-answer.ts'
import type { OAuthMessage } from '#lib/oauth/oauth-message.ts'
import { refreshDigests } from '#lib/oauth/refresh-text.ts'
import type { Family } from '#lib/oauth/refresh-token.ts'
import { readTokenQuestion } from '#lib/oauth/token-question.ts'

/** What ending tokens at their client's word needs of the world. */
export type RevocationPorts = IntrospectionPorts & { readonly randomness: Randomness }

// Used, evicted or expired: its family may still have bearer JWTs about, or a successor whose answer was lost.
const familyOfRefresh = async (
  { oauthStore, secretRing }: RevocationPorts,
  { tenantId, id: tokenId }: Client['standing']['token'],
  text: string,
): Promise<Family | undefined> => {
  const refresh = await oauthStore.findRefresh(tenantId, refreshDigests(secretRing, text))
  if (refresh?.tokenId !== tokenId) return undefined
  return refresh.endedReason === 'revoked' || refresh.endedReason === 'theft' ? undefined : refresh
}

// An access JWT was issued to no client: a person made it, and a person revokes it.
const familyOfJwt = async (
  { standings }: RevocationPorts,
  { tenantId, id: tokenId }: Client['standing']['token'],
  text: string,
  address: string | undefined,
): Promise<Family | undefined> => {
  const claims = (await standings.inspect(tenantId, text, address))?.claims
  if (claims?.purpose !== 'bearer' || claims.tokenId !== tokenId || claims.familyId === undefined) return undefined
  return { tenantId, tokenId, familyId: claims.familyId }
}

/**
 * The revocation endpoint (RFC 7009 §2): a refresh token or a bearer JWT of the asking client ends its whole family, at
 * once and in every process; whatever else is presented changes nothing and answers the same (§2.2). Throws as
 * authenticating a client does, `request.*`, and `store.unavailable` rather than passing over an end that did not happen.
 */
export const answerRevocation = (ports: RevocationPorts) => {
  const authenticate = authenticateClient(ports)
  return async (message: OAuthMessage, asker: Asker): Promise<void> => {
    const { client: presented, token: text } = readTokenQuestion(message)
    const client = await authenticate(presented, asker)
    const { token } = client.standing
    const isRefresh = isSecretText('lkr_', text)
    const family = isRefresh
      ? await familyOfRefresh(ports, token, text)
      : await familyOfJwt(ports, token, text, asker.address)
    if (family) {
      const { requestId, address } = asker
      const details = { presented: isRefresh ? 'refresh_token' : 'bearer_jwt', familyId: family.familyId }
      const underway = { ...client, requestId, address, now: ports.clock.now() }
      await ports.oauthStore.endFamily(
        family,
        'revoked',
        exchangeEvent(ports, underway, 'refresh_token.revoked', details),
      )
    }
    countUse(ports, client, asker, 'accepted')
  }
}
