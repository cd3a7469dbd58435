import { timingSafeEqual } from 'node:crypto'
import type { EnvironmentStore } from '#lib/access/environment-store.ts'
import type { ChangeFeed } from '#lib/changes/change.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { decideAssertion, inspectAssertion, verifyAssertion } from '#lib/oauth/client-assertion.ts'
import { isClientId, type PresentedClient } from '#lib/oauth/client-authentication.ts'
import { createKnownClients, type KnownClients, type ProvenClient } from '#lib/oauth/known-clients.ts'
import type { OAuthStore, StoredClientSecret } from '#lib/oauth/oauth-store.ts'
import type { ReplayStore } from '#lib/oauth/replay-store.ts'
import type { Clock } from '#lib/time/clock.ts'

/** What learning who a client is needs of the world. */
export type ProvePorts = {
  readonly clock: Clock
  readonly secretRing: SecretRing
  readonly oauthStore: Pick<OAuthStore, 'findClient'>
  readonly environmentStore: EnvironmentStore
  readonly replayStore: ReplayStore
  readonly changeFeed: ChangeFeed
}

/** The one refusal of a client that did not prove who it is, or may be given nothing (RFC 6749 §5.2). */
export const clientRefused = (internal: string): PortalError => new PortalError('oauth.invalid_client', { internal })

const equal = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other)

const presentedDigests = (ring: SecretRing, secret: string): readonly Buffer[] =>
  ring.digests('client-secret', secret).map((digest) => Buffer.from(digest, 'base64url'))

const matching = (
  presented: readonly Buffer[],
  stored: readonly StoredClientSecret[],
): StoredClientSecret | undefined =>
  stored.find(({ digest }) => {
    const expected = Buffer.from(digest, 'base64url')
    return presented.some((one) => equal(one, expected))
  })

// Whoever is refused was digested and read from the store: an unknown client takes as long as a wrong secret. Memory
// serves only those whose secret is right.
const bySecret = async (
  ports: Pick<ProvePorts, 'secretRing'>,
  clients: KnownClients,
  id: string,
  secret: string,
): Promise<ProvenClient> => {
  const known = await clients.known(id, secret)
  if (known) return known
  const presented = presentedDigests(ports.secretRing, secret)
  const { client, keep } = await clients.read(isClientId(id) ? id : '')
  const matched = matching(presented, client.secrets)
  if (!matched) throw clientRefused('unknown client or wrong secret')
  const proven = { tenantId: client.tenantId, tokenId: client.tokenId, credentialId: matched.id }
  keep(secret, proven)
  return proven
}

// Its `sub` is what it says of itself, as a `client_id` is; by it the keys are found that tell whether it is true.
const byAssertion = async (ports: ProvePorts, id: string | undefined, text: string): Promise<ProvenClient> => {
  const assertion = inspectAssertion(text)
  if (!assertion) throw clientRefused('no assertion that could be verified')
  const { clientId } = assertion
  // RFC 7521 §4.2: a client_id beside it must be the same.
  if (id !== undefined && id !== clientId) throw clientRefused('client_id is not the sub of the assertion')
  const { tenantId, tokenId, keySets } = await ports.oauthStore.findClient(isClientId(clientId) ? clientId : '')
  const verified = await verifyAssertion(assertion, keySets)
  if (!verified) throw clientRefused('unknown client or wrong key')
  const { issuer, formerIssuers } = await ports.environmentStore.settings()
  const { claims, credentialId } = verified
  const decision = decideAssertion(claims, { issuers: [issuer, ...formerIssuers], now: ports.clock.now() })
  if (!decision.good) throw clientRefused(`the assertion is refused: ${decision.why}`)
  const once = { tenantId, kind: 'assertion', text: `${tokenId}\n${claims.jti}`, expiresAt: claims.exp } as const
  if (!(await ports.replayStore.use(once))) throw clientRefused('the assertion was used before')
  return { tenantId, tokenId, credentialId }
}

/**
 * Who a client is, by its secret or by an assertion that its own key signed (RFC 7523 §2.2, §3), which counts once. One
 * answer, `oauth.invalid_client`, after the same work, for an unknown client and a wrong secret or key.
 */
export const proveClient = (ports: ProvePorts) => {
  const clients = createKnownClients(ports)
  return (presented: PresentedClient): Promise<ProvenClient> =>
    presented.method === 'secret'
      ? bySecret(ports, clients, presented.id, presented.secret)
      : byAssertion(ports, presented.id, presented.assertion)
}
