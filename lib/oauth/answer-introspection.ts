import type { EnvironmentStore } from '#lib/access/environment-store.ts'
import { isSecretText } from '#lib/keys/secret-text.ts'
import {
  type Asker,
  type AuthenticatePorts,
  authenticateClient,
  type Client,
  countUse,
} from '#lib/oauth/authenticate-client.ts'
import { decideRefresh } from '#lib/oauth/decide-refresh.ts'
import { describeJwt, describeRefresh, INACTIVE, type Introspection } from '#lib/oauth/introspection.ts'
import { type SignIntrospectionPorts, signIntrospection } from '#lib/oauth/introspection-jwt.ts'
import type { OAuthMessage } from '#lib/oauth/oauth-message.ts'
import { getsRefreshTokens } from '#lib/oauth/refresh-mode.ts'
import { refreshDigests } from '#lib/oauth/refresh-text.ts'
import { readTokenQuestion } from '#lib/oauth/token-question.ts'
import type { Inspection } from '#lib/verdict/validate.ts'

/** What saying how tokens stand needs of the world. */
export type IntrospectionPorts = AuthenticatePorts & {
  readonly environmentStore: EnvironmentStore
  /** The verdict's own cache, and its opinion of a JWT without a use being counted. */
  readonly standings: AuthenticatePorts['standings'] & {
    inspect(tenantId: string, text: string, address: string | undefined): Promise<Inspection | undefined>
  }
}

// RFC 6749 §1.5: a refresh token is shown to nobody but us. Whoever else holds one learns nothing, and a service that
// looks at `active` alone takes none for an access token.
const introspectRefresh = async (
  { oauthStore, secretRing, environmentStore, clock }: IntrospectionPorts,
  { standing }: Client,
  text: string,
): Promise<Introspection> => {
  const { tenantId, id: tokenId } = standing.token
  const refresh = await oauthStore.findRefresh(tenantId, refreshDigests(secretRing, text))
  const settings = await environmentStore.settings()
  const { issuer, audiences } = settings
  if (!getsRefreshTokens(standing.token, settings)) return INACTIVE
  const decision = decideRefresh({ refresh, successor: undefined }, { tenantId, tokenId }, clock.now())
  return decision.kind === 'rotate' && audiences.includes(decision.refresh.audience)
    ? describeRefresh(standing, decision.refresh, issuer)
    : INACTIVE
}

const introspectJwt = async (
  { standings }: IntrospectionPorts,
  { standing: { token } }: Client,
  text: string,
  address: string | undefined,
): Promise<Introspection> => {
  const inspection = await standings.inspect(token.tenantId, text, address)
  return inspection ? describeJwt(inspection) : INACTIVE
}

type AnsweredIntrospection = { readonly introspection: Introspection; readonly clientId: string }

const introspect = (ports: IntrospectionPorts) => {
  const authenticate = authenticateClient(ports)
  return async (message: OAuthMessage, asker: Asker): Promise<AnsweredIntrospection> => {
    const { client: presented, token, address } = readTokenQuestion(message)
    const client = await authenticate(presented, asker)
    const answer = isSecretText('lkr_', token)
      ? await introspectRefresh(ports, client, token)
      : await introspectJwt(ports, client, token, address)
    countUse(ports, client, asker, 'accepted')
    return { introspection: answer, clientId: client.standing.token.id }
  }
}

/**
 * The introspection endpoint (RFC 7662 §2): how a token of the asking client's own tenant stands at this moment, and
 * `active: false` alone for everything else. A JWT that is bound to addresses is active only where the client says that
 * it was presented from one of them. Throws as authenticating a client does, `request.*`, `store.unavailable`.
 */
export const answerIntrospection = (ports: IntrospectionPorts) => {
  const answer = introspect(ports)
  return async (message: OAuthMessage, asker: Asker): Promise<Introspection> =>
    (await answer(message, asker)).introspection
}

/** The same answer as a JWT for the client that asked (RFC 9701 §4, §5). */
export const answerSignedIntrospection = (ports: IntrospectionPorts & SignIntrospectionPorts) => {
  const answer = introspect(ports)
  const sign = signIntrospection(ports)
  return async (message: OAuthMessage, asker: Asker): Promise<string> => {
    const { introspection, clientId } = await answer(message, asker)
    return sign(introspection, clientId)
  }
}
