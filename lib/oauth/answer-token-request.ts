import { rerunWhenStale } from '#lib/access/rerun.ts'
import type { Tally } from '#lib/errors/tally.ts'
import { type Asker, admitClient, countUse } from '#lib/oauth/authenticate-client.ts'
import type { BearerAnswer, BearerPorts } from '#lib/oauth/bearer-answer.ts'
import { exchangeCredentials } from '#lib/oauth/exchange-credentials.ts'
import type { OAuthMessage } from '#lib/oauth/oauth-message.ts'
import { proveClient } from '#lib/oauth/prove-client.ts'
import { type ProveKeyPorts, proveKey } from '#lib/oauth/prove-key.ts'
import { createRecentRefreshes } from '#lib/oauth/recent-refreshes.ts'
import { refreshBearer } from '#lib/oauth/refresh-bearer.ts'
import { readTokenEndpointRequest } from '#lib/oauth/token-endpoint-request.ts'

/**
 * The token endpoint (RFC 6749 §3.2): reads, authenticates the client, and gives out a bearer JWT with a refresh token,
 * bound to the key of a DPoP proof if there is one. Throws `request.*` for what cannot be read, `oauth.*` for what is
 * refused, `token.address`, `store.unavailable`.
 */
export const answerTokenRequest = (ports: BearerPorts & ProveKeyPorts & { readonly grants: Tally }) => {
  const proveWho = proveClient(ports)
  const admit = admitClient(ports)
  const recent = createRecentRefreshes()
  const exchange = exchangeCredentials({ ...ports, recent })
  const refresh = refreshBearer({ ...ports, recent })
  const proveWith = proveKey(ports)
  return async (message: OAuthMessage, asker: Asker): Promise<BearerAnswer> => {
    const request = readTokenEndpointRequest(message)
    const { grant } = request
    // Once: a rerun must not meet its own assertion as used.
    const proven = await proveWho(request.client)
    const provenKey = proveWith(message.dpop, asker)
    return rerunWhenStale(async (isRerun) => {
      const client = await admit(proven, asker, isRerun)
      const thumbprint = await provenKey(client)
      const { requestId, address } = asker
      const settings = await ports.environmentStore.settings()
      const underway = { ...client, settings, requestId, address, thumbprint }
      const answer =
        grant.type === 'refresh_token'
          ? await refresh(underway, grant.refreshToken, request)
          : await exchange(underway, request)
      countUse(ports, client, asker, 'accepted')
      ports.grants.add(grant.type)
      return answer
    })
  }
}
