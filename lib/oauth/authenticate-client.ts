import { PortalError } from '#lib/errors/portal-error.ts'
import type { PresentedClient } from '#lib/oauth/client-authentication.ts'
import type { ProvenClient } from '#lib/oauth/known-clients.ts'
import type { OAuthStore } from '#lib/oauth/oauth-store.ts'
import { clientRefused, type ProvePorts, proveClient } from '#lib/oauth/prove-client.ts'
import { type LimitNotes, newLimitNotes, type RequestLimits } from '#lib/policy/limit-requests.ts'
import { retirementOf } from '#lib/tokens/retired-use.ts'
import type { TokenUse, UsageCounter } from '#lib/tokens/usage-counter.ts'
import { decideExchange } from '#lib/verdict/decide-verdict.ts'
import type { Standing } from '#lib/verdict/standing.ts'

/** What authenticating a client needs of the world. */
export type AuthenticatePorts = ProvePorts & {
  readonly oauthStore: OAuthStore
  readonly usageCounter: UsageCounter
  /** How tokens stand now: from the verdict's own cache, or past it. */
  readonly standings: {
    standing(tenantId: string, tokenId: string): Promise<Standing | undefined>
    reread(tenantId: string, tokenId: string): Promise<Standing | undefined>
  }
  readonly requestLimits: Pick<RequestLimits, 'refusalOfToken'>
}

/** Where a request came from. */
export type Asker = {
  readonly requestId: string
  readonly address: string | undefined
  readonly agent: string | undefined
  /** Where its limits are noted, for the answer; the same throughout a request, which counts once however often it is rerun. */
  readonly limitNotes?: LimitNotes | undefined
}

/** A client that proved who it is, and may be given something. */
export type Client = {
  readonly standing: Standing
  /** The credential it proved it with. */
  readonly credentialId: string
  /** The moment of which that is said, and by which all is dated that it is given; NumericDate. */
  readonly now: number
}

/** Counts one use of a client's credential. */
export const countUse = (
  { usageCounter, clock }: Pick<AuthenticatePorts, 'usageCounter' | 'clock'>,
  { standing, credentialId }: Pick<Client, 'standing' | 'credentialId'>,
  { address, agent, requestId }: Asker,
  outcome: 'accepted' | 'refused',
  retired?: TokenUse['retired'],
): void => {
  const { tenantId, id } = standing.token
  const at = clock.now()
  usageCounter.count({ tenantId, tokenId: id, credentialId, outcome, at, address, agent, requestId, retired })
}

// Where the feed takes its time to get here, memory may not know yet of a secret that was made elsewhere, or of the change
// for which a list was undone; the store does.
const readStandingOf = async (
  { standings }: Pick<AuthenticatePorts, 'standings'>,
  { tenantId, tokenId, credentialId }: ProvenClient,
  isRerun: boolean,
): Promise<Standing | undefined> => {
  const known = isRerun ? undefined : await standings.standing(tenantId, tokenId)
  return known?.credentialEnds.has(credentialId) ? known : standings.reread(tenantId, tokenId)
}

/**
 * A client that proved who it is, if it may be given something now. One answer, `oauth.invalid_client`, for an ended
 * credential and for a token that is revoked, expired, paused, switched off or orphaned (RFC 6749 §5.2); `token.address`
 * for the right credential from an address that the token does not allow, `request.rate_limited` for one that may be
 * given something and asks too often. A rerun reads from the store.
 */
export const admitClient =
  (ports: Pick<AuthenticatePorts, 'standings' | 'usageCounter' | 'clock' | 'requestLimits'>) =>
  async (proven: ProvenClient, asker: Asker, isRerun = false): Promise<Client> => {
    const { credentialId } = proven
    const standing = await readStandingOf(ports, proven, isRerun)
    if (!standing) throw clientRefused('no such token')
    const now = ports.clock.now()
    const client = { standing, credentialId, now }
    const verdict = decideExchange(standing, asker.address, now)
    const end = standing.credentialEnds.get(credentialId)
    const ended = end === undefined || (end !== null && end <= now)
    const isGood = verdict.good && !ended
    const tooMany = isGood && ports.requestLimits.refusalOfToken(standing.token, asker.limitNotes ?? newLimitNotes())
    if (isGood && !tooMany) return client
    countUse(ports, client, asker, 'refused', retirementOf(standing.token, end, now))
    if (tooMany) throw tooMany
    if (!verdict.good && !ended && verdict.code === 'token.address') throw new PortalError(verdict.code)
    throw clientRefused(ended ? 'the credential was rotated away' : 'the token is not usable')
  }

/** Proves and admits a client, for what is done once: an assertion counts once, so nothing of this may be run again. */
export const authenticateClient = (ports: AuthenticatePorts) => {
  const prove = proveClient(ports)
  const admit = admitClient(ports)
  return async (presented: PresentedClient, asker: Asker): Promise<Client> => admit(await prove(presented), asker)
}
