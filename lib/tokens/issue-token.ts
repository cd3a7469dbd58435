import type { AccessStore } from '#lib/access/access-store.ts'
import { type Acting, readActing } from '#lib/access/acting.ts'
import type { EnvironmentStore } from '#lib/access/environment-store.ts'
import { FORM_GRACE_SECONDS, requireFreshSignIn } from '#lib/access/fresh-sign-in.ts'
import type { Principal } from '#lib/access/principal.ts'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { KeyRing } from '#lib/keys/key-ring.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { SecretRing } from '#lib/keys/secret-ring.ts'
import { decideLifetime, type ExpiryRequest } from '#lib/policy/decide-lifetime.ts'
import type { Clock } from '#lib/time/clock.ts'
import { decideGrant } from '#lib/tokens/decide-grant.ts'
import { type CredentialSecret, mintCredential } from '#lib/tokens/mint-credential.ts'
import { keysRecorded } from '#lib/tokens/own-keys.ts'
import { requireGrant } from '#lib/tokens/require-grant.ts'
import type { Token } from '#lib/tokens/token.ts'
import { tokenEvent } from '#lib/tokens/token-event.ts'
import { type CheckedIssueRequest, type IssueRequest, issueRequest } from '#lib/tokens/token-request.ts'
import type { IssueOutcome, TokenStore } from '#lib/tokens/token-store.ts'
import { MANAGE_TOKENS } from '#lib/tokens/token-view.ts'

/** What issuing a token needs of the world. */
export type IssueTokenPorts = {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly secretRing: SecretRing
  readonly keyRing: KeyRing
  readonly accessStore: AccessStore
  readonly environmentStore: EnvironmentStore
  readonly tokenStore: TokenStore
}

/** A new token, and its secret: the one answer in which it is told. */
export type IssuedToken = { readonly token: Token; readonly secret: CredentialSecret }

const requireContext = (
  { rights, tenant, environment }: Acting,
  principal: Principal,
  context: Token['context'],
  now: number,
) => {
  if (tenant.m2mOffAt !== null || environment.m2mOffAt !== null) throw new PortalError('token.switched_off')
  if (context === 'tenant') {
    if (!rights.permissions.has(MANAGE_TOKENS)) throw new PortalError('access.denied')
    requireFreshSignIn(principal, now, FORM_GRACE_SECONDS)
    return
  }
  if (!tenant.policy.personalTokens)
    throw new PortalError('token.policy', { detail: 'This account does not allow personal tokens.' })
}

const EXPIRY_REFUSALS = {
  never: 'The policy of this account asks for an end.',
  too_long: 'The policy of this account allows less time.',
  past: 'Choose a moment to come.',
} as const

/** The end a token gets under the policy of this moment; throws `request.invalid` or `token.policy` beside `expiry`. */
export const requireExpiry = ({ tenant }: Acting, expiry: ExpiryRequest, now: number): number | null => {
  const decision = decideLifetime(tenant.policy, expiry, now)
  if (decision.allowed) return decision.expiresAt
  const code = decision.reason === 'past' ? 'request.invalid' : 'token.policy'
  throw new PortalError(code, { fields: { expiry: [EXPIRY_REFUSALS[decision.reason]] } })
}

const newToken = (
  { randomness }: Pick<IssueTokenPorts, 'randomness'>,
  { rights, tenant }: Acting,
  request: CheckedIssueRequest,
  { now, expiresAt }: { readonly now: number; readonly expiresAt: number | null },
): Omit<Token, 'hint'> => ({
  tenantId: tenant.id,
  id: randomness.orderedUuid(),
  context: request.context,
  type: request.type,
  ownerUserId: request.context === 'user' ? rights.member.userId : null,
  granter: { userId: rights.member.userId, name: rights.member.name, level: rights.level },
  name: request.name,
  description: request.description,
  grant: request.grant,
  ipAllowlist: request.ipAllowlist,
  metadata: request.metadata,
  createdAt: now,
  expiresAt,
  revoked: null,
  paused: null,
  refreshMode: request.refreshMode,
  dpopRequiredAt: request.dpopRequired ? now : null,
  requestsPerMinute: request.requestsPerMinute,
  version: 0,
})

/** Throws `token.already_issued`, `token.limit` or `request.stale` for what was not issued. */
export const requireIssued = (outcome: IssueOutcome): void => {
  if (outcome.outcome === 'repeated') {
    const detail = `This request has made the token ${outcome.tokenId}: its secret was in the first answer. Revoke it and make another.`
    throw new PortalError('token.already_issued', { detail, subject: outcome.tokenId })
  }
  if (outcome.outcome === 'too_many') throw new PortalError('token.limit')
  if (outcome.outcome === 'replaced')
    throw new PortalError('request.stale', { detail: 'This token was rotated meanwhile. Look at it as it is now.' })
}

/**
 * Issues a token for the principal or for their tenant. The secret is in this answer and nowhere else (rule 1).
 * `request.invalid` with fields; `access.denied`, `session.stale` for account tokens; `access.exceeds_own`;
 * `token.policy`, `token.limit`, `token.switched_off`; `token.already_issued` for a repeated idempotency key.
 */
export const issueToken =
  (ports: IssueTokenPorts) =>
  async (principal: Principal, input: IssueRequest): Promise<IssuedToken> => {
    const request = parseInput(issueRequest, input)
    return rerunWhenStale(async () => {
      const now = ports.clock.now()
      const acting = await readActing(ports, principal)
      requireContext(acting, principal, request.context, now)
      requireGrant(decideGrant(acting, acting.rights, request.context, request.grant))
      const expiresAt = requireExpiry(acting, request.expiry, now)
      const { issuer, audiences } = await ports.environmentStore.settings()
      const unhinted = newToken(ports, acting, request, { now, expiresAt })
      const { publicJwks } = request
      const minted = await mintCredential(ports, { token: unhinted, issuer, audience: audiences[0], now, publicJwks })
      const token: Token = { ...unhinted, hint: minted.hint }
      const outcome = await ports.tokenStore.issue(
        {
          token,
          credential: minted.credential,
          idempotencyKey: request.idempotencyKey,
          tokensMax: acting.tenant.policy.tokensMax,
        },
        {
          versions: acting.versions,
          event: tokenEvent(ports, principal, 'token.issued', token, {
            grant: token.grant,
            expiresAt,
            ...keysRecorded(publicJwks),
          }),
        },
      )
      requireIssued(outcome)
      return { token, secret: minted.secret }
    })
  }
