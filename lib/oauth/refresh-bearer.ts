import { PortalError } from '#lib/errors/portal-error.ts'
import {
  answerBearer,
  type BearerAnswer,
  type Exchange,
  exchangeEvent,
  type RefreshPorts,
} from '#lib/oauth/bearer-answer.ts'
import { decideRefresh, type PresentedRefresh, type RefreshDecision } from '#lib/oauth/decide-refresh.ts'
import type { Asked } from '#lib/oauth/exchange-credentials.ts'
import { getsRefreshTokens } from '#lib/oauth/refresh-mode.ts'
import { drawSalt, refreshDigest, refreshDigests, successorText } from '#lib/oauth/refresh-text.ts'
import type { StoredRefresh } from '#lib/oauth/refresh-token.ts'
import { parseScope, requireWithin } from '#lib/oauth/scope.ts'

const DECISIONS_MAX = 3

type Granting = Extract<RefreshDecision, { kind: 'rotate' | 'repeat' }>
type Refusing = Exclude<RefreshDecision, Granting>

const present = async (
  { oauthStore, secretRing, recent }: RefreshPorts,
  tenantId: string,
  text: string,
): Promise<PresentedRefresh> => {
  const digests = refreshDigests(secretRing, text)
  const refresh = recent.take(tenantId, digests) ?? (await oauthStore.findRefresh(tenantId, digests))
  const used = refresh !== undefined && refresh.usedAt !== null
  return { refresh, successor: used ? await oauthStore.findSuccessor(refresh) : undefined }
}

// RFC 6749 §6: a request may narrow further, for its own bearer JWT; the family keeps its scope, of which it gets what is held now.
const scopeFor = (
  refresh: StoredRefresh,
  { standing, settings }: Exchange,
  asked: Asked,
): readonly string[] | undefined => {
  if (!settings.audiences.includes(refresh.audience))
    throw new PortalError('oauth.invalid_grant', { internal: 'its audience is gone' })
  if (asked.resource !== undefined && asked.resource !== refresh.audience) throw new PortalError('oauth.invalid_target')
  // What was taken away since is in no scope that is signed anew: some verify by it alone.
  const family = parseScope(refresh.scope ?? undefined)?.filter((key) => standing.permissions.has(key))
  if (family?.length === 0) throw new PortalError('oauth.invalid_scope')
  const narrowed = parseScope(asked.scope)
  if (narrowed) requireWithin(narrowed, family ? new Set(family) : standing.permissions)
  return narrowed ?? family
}

const detailsOf = ({ familyId, audience }: StoredRefresh) => ({ grant: 'refresh_token', familyId, audience })

/** The next refresh token, and whether it was recorded or another request was first. */
type Recording = { readonly refreshToken: string; readonly recorded: Promise<boolean> }

const rotate = (
  { randomness, secretRing, oauthStore, recent }: RefreshPorts,
  exchange: Exchange,
  refresh: StoredRefresh,
  text: string,
): Recording => {
  const salt = drawSalt(randomness)
  const successor = successorText(secretRing, text, { salt, secretId: secretRing.currentId })
  const { familyId, scope, audience } = refresh
  const added = {
    ...refreshDigest(secretRing, successor),
    familyId,
    scope,
    audience,
    salt,
    createdAt: exchange.now,
  }
  const event = exchangeEvent({ randomness }, exchange, 'token.exchanged', detailsOf(refresh))
  const store = async (): Promise<boolean> => {
    const stored = await oauthStore.rotate(exchange.standing.token, refresh, added, event)
    if (stored) recent.keep(added.digest, stored)
    return stored !== undefined
  }
  return { refreshToken: successor, recorded: store() }
}

const record = async ({ oauthStore, randomness }: RefreshPorts, exchange: Exchange, refresh: StoredRefresh) => {
  const details = { ...detailsOf(refresh), repeated: true }
  await oauthStore.record(exchangeEvent({ randomness }, exchange, 'token.exchanged', details))
  return true
}

const next = (ports: RefreshPorts, exchange: Exchange, decision: Granting, text: string): Recording => {
  const { refresh } = decision
  if (decision.kind === 'rotate') return rotate(ports, exchange, refresh, text)
  const refreshToken = successorText(ports.secretRing, text, decision.successor)
  return { refreshToken, recorded: record(ports, exchange, refresh) }
}

// What the holder of a wrong refresh token learns is always the same.
const refuse = async (ports: RefreshPorts, exchange: Exchange, decision: Refusing): Promise<never> => {
  const { oauthStore } = ports
  if (decision.kind === 'refuse') throw new PortalError('oauth.invalid_grant', { internal: decision.why })
  const { refresh } = decision
  const event = (type: 'refresh_token.retry_refused' | 'refresh_token.theft') =>
    exchangeEvent(ports, exchange, type, detailsOf(refresh))
  if (decision.kind === 'late_retry') await oauthStore.record(event('refresh_token.retry_refused'))
  else await oauthStore.endFamily(refresh, 'theft', event('refresh_token.theft'))
  throw new PortalError('oauth.invalid_grant', { internal: decision.kind })
}

/**
 * A bearer JWT and the next refresh token of the family, for an authenticated client that presents a refresh token of
 * its own (RFC 6749 §6). `oauth.invalid_grant` for any that is not good, after which a stolen family has ended;
 * `oauth.invalid_scope`, `oauth.invalid_target`; StaleDecision when the token changed meanwhile.
 */
export const refreshBearer =
  (ports: RefreshPorts) =>
  async (exchange: Exchange, text: string, asked: Asked): Promise<BearerAnswer> => {
    const { tenantId, id: tokenId } = exchange.standing.token
    if (!getsRefreshTokens(exchange.standing.token, exchange.settings))
      throw new PortalError('oauth.invalid_grant', { internal: 'refresh tokens are switched off' })
    for (let round = 1; round <= DECISIONS_MAX; round += 1) {
      const decision = decideRefresh(await present(ports, tenantId, text), { tenantId, tokenId }, exchange.now)
      if (decision.kind !== 'rotate' && decision.kind !== 'repeat') return refuse(ports, exchange, decision)
      const { audience, familyId } = decision.refresh
      const scope = scopeFor(decision.refresh, exchange, asked)
      const { refreshToken, recorded } = next(ports, exchange, decision, text)
      // Signed while the disk is waited for, as in an exchange.
      const minted = answerBearer(ports, exchange, { audience, familyId, scope, refreshToken })
      const [answer, isFirst] = await Promise.all([minted, recorded])
      if (isFirst) return answer
    }
    throw new PortalError('request.stale')
  }
