import type { AuditEvent } from '#lib/audit/audit-event.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import {
  answerBearer,
  type BearerAnswer,
  type Exchange,
  exchangeEvent,
  type RefreshPorts,
} from '#lib/oauth/bearer-answer.ts'
import type { DecidedToken, NewRefresh } from '#lib/oauth/oauth-store.ts'
import { getsRefreshTokens } from '#lib/oauth/refresh-mode.ts'
import { firstText, refreshDigest } from '#lib/oauth/refresh-text.ts'
import { parseScope, requireWithin } from '#lib/oauth/scope.ts'

/** What a request may ask for beyond its grant. */
export type Asked = { readonly scope: string | undefined; readonly resource: string | undefined }

const audienceFor = ({ settings: { audiences } }: Exchange, resource: string | undefined): string => {
  if (resource === undefined) return audiences[0]
  if (!audiences.includes(resource)) throw new PortalError('oauth.invalid_target')
  return resource
}

type Recording = { readonly refreshToken: string | undefined; readonly recorded: Promise<void> }

const startFamily = (
  { oauthStore, secretRing, randomness, recent }: RefreshPorts,
  token: DecidedToken,
  family: Omit<NewRefresh, 'digest' | 'secretId'>,
  event: AuditEvent,
): Recording => {
  const refreshToken = firstText(randomness)
  const refresh = { ...refreshDigest(secretRing, refreshToken), ...family }
  const start = async (): Promise<void> =>
    recent.keep(refresh.digest, await oauthStore.startFamily(token, refresh, event))
  return { refreshToken, recorded: start() }
}

/**
 * A bearer JWT and, where the client gets one, the first refresh token of a new family, for an authenticated client (RFC 6749 §4.4).
 * `oauth.invalid_scope`, `oauth.invalid_target`; StaleDecision when the token changed meanwhile.
 */
export const exchangeCredentials =
  (ports: RefreshPorts) =>
  async (exchange: Exchange, asked: Asked): Promise<BearerAnswer> => {
    const { standing, now } = exchange
    const scope = parseScope(asked.scope)
    if (scope) requireWithin(scope, standing.permissions)
    const audience = audienceFor(exchange, asked.resource)
    const familyId = ports.randomness.orderedUuid()
    const details = { grant: 'client_credentials', familyId, audience, scope }
    const event = exchangeEvent(ports, exchange, 'token.exchanged', details)
    const family = { familyId, scope: scope?.join(' ') ?? null, audience, salt: null, createdAt: now }
    const { refreshToken, recorded }: Recording = getsRefreshTokens(standing.token, exchange.settings)
      ? startFamily(ports, standing.token, family, event)
      : { refreshToken: undefined, recorded: ports.oauthStore.recordExchange(standing.token, event) }
    // Signed while the disk is waited for; nobody gets a JWT whose exchange was not recorded.
    const minted = answerBearer(ports, exchange, { audience, familyId, scope, refreshToken })
    const [answer] = await Promise.all([minted, recorded])
    return answer
  }
