import { timingSafeEqual } from 'node:crypto'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { isClientId, type PresentedClient } from '#lib/oauth/client-authentication.ts'
import type { OAuthStore, StoredClientSecret } from '#lib/oauth/oauth-store.ts'
import type { Clock } from '#lib/time/clock.ts'
import type { UsageCounter } from '#lib/tokens/usage-counter.ts'
import { decideExchange } from '#lib/verdict/decide-verdict.ts'
import type { Standing } from '#lib/verdict/standing.ts'

/** What authenticating a client needs of the world. */
export type AuthenticatePorts = {
  readonly clock: Clock
  readonly secretRing: SecretRing
  readonly oauthStore: OAuthStore
  readonly usageCounter: UsageCounter
  /** How tokens stand now, from the verdict's own cache. */
  readonly standings: { standing(tenantId: string, tokenId: string): Promise<Standing | undefined> }
}

/** Where a request came from. */
export type Asker = {
  readonly requestId: string
  readonly address: string | undefined
  readonly agent: string | undefined
}

/** A client that proved who it is, and may be given something. */
export type Client = {
  readonly standing: Standing
  /** The credential it proved it with. */
  readonly credentialId: string
}

const equal = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other)

// The digests are computed whoever asks: an unknown client takes as long as a wrong secret.
const matching = (
  ring: SecretRing,
  secret: string,
  stored: readonly StoredClientSecret[],
): StoredClientSecret | undefined => {
  const presented = ring.digests('client-secret', secret).map((digest) => Buffer.from(digest, 'base64url'))
  return stored.find(({ digest }) => {
    const expected = Buffer.from(digest, 'base64url')
    return presented.some((one) => equal(one, expected))
  })
}

const refused = (internal: string): PortalError => new PortalError('oauth.invalid_client', { internal })

/** Counts one use of a client's credential. */
export const countUse = (
  { usageCounter, clock }: Pick<AuthenticatePorts, 'usageCounter' | 'clock'>,
  { standing, credentialId }: Client,
  { address, agent }: Asker,
  outcome: 'accepted' | 'refused',
): void => {
  const { tenantId, id } = standing.token
  usageCounter.count({ tenantId, tokenId: id, credentialId, outcome, at: clock.now(), address, agent })
}

/**
 * The client behind an id and a secret, if it may be given a bearer JWT now. One answer, `oauth.invalid_client`, for an
 * unknown id, a wrong or ended secret, and a token that is revoked, expired, paused, switched off or orphaned (RFC 6749
 * §5.2); `token.address` for the right secret from an address that the token does not allow.
 */
export const authenticateClient =
  (ports: AuthenticatePorts) =>
  async ({ id, secret }: PresentedClient, asker: Asker): Promise<Client> => {
    const stored = await ports.oauthStore.findClient(isClientId(id) ? id : '')
    const matched = matching(ports.secretRing, secret, stored.secrets)
    if (!matched) throw refused('unknown client or wrong secret')
    const standing = await ports.standings.standing(stored.tenantId, stored.tokenId)
    if (!standing) throw refused('no such token')
    const now = ports.clock.now()
    const client = { standing, credentialId: matched.id }
    const verdict = decideExchange(standing, asker.address, now)
    const ended = matched.endsAt !== null && matched.endsAt <= now
    if (verdict.good && !ended) return client
    countUse(ports, client, asker, 'refused')
    if (!verdict.good && !ended && verdict.code === 'token.address') throw new PortalError(verdict.code)
    throw refused(ended ? 'the secret was rotated away' : 'the token is not usable')
  }
