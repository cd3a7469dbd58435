import { z } from 'zod'
import { readActing } from '#lib/access/acting.ts'
import { FORM_GRACE_SECONDS, requireFreshSignIn } from '#lib/access/fresh-sign-in.ts'
import type { Principal } from '#lib/access/principal.ts'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { publicKeySet } from '#lib/keys/public-key-set.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import { requireLive } from '#lib/tokens/change-token.ts'
import { type IssuedToken, type IssueTokenPorts, requireExpiry, requireIssued } from '#lib/tokens/issue-token.ts'
import { mintCredential } from '#lib/tokens/mint-credential.ts'
import { OVERLAP_SECONDS_MAX, type Replaced } from '#lib/tokens/overlap.ts'
import { keysRecorded, requireOwnKeys } from '#lib/tokens/own-keys.ts'
import type { Token } from '#lib/tokens/token.ts'
import { tokenEvent } from '#lib/tokens/token-event.ts'
import { expiry, idempotencyKey } from '#lib/tokens/token-request.ts'
import type { Credential } from '#lib/tokens/token-store.ts'
import { openToken, requireTouch } from '#lib/tokens/token-view.ts'

/** What rotating takes: for how long the former credential stays good beside the new one, and a new end if wanted. */
export const rotateRequest = z.object({
  overlapSeconds: z
    .number()
    .int('Use whole seconds.')
    .min(0, 'Use 0 or more.')
    .max(OVERLAP_SECONDS_MAX, `Choose at most ${OVERLAP_SECONDS_MAX / DAY_SECONDS} days.`)
    .default(DAY_SECONDS),
  // A client with keys of its own registers others; one with a secret may go over to keys.
  publicJwks: publicKeySet.optional(),
  /** Absent: the token ends when it would have ended. */
  expiry: expiry.optional(),
  /** Id of the credential that was looked at: where another is current by now, nothing is done. */
  replaces: z.string().optional(),
  idempotencyKey,
})

/** A request to rotate, before it is checked. */
export type RotateRequest = z.input<typeof rotateRequest>

// The secret would let its reader act under another person's name.
const requireReader = ({ context, ownerUserId }: Token, { userId }: Principal) => {
  if (context === 'tenant' || ownerUserId === userId) return
  throw new PortalError('access.denied', { detail: 'The secret of a personal token goes to its owner alone.' })
}

// A former credential gains no time by being rotated away: it ends with the token as it was, at the latest.
const formerEnd = ({ expiresAt }: Token, overlapSeconds: number, now: number): number =>
  Math.min(now + overlapSeconds, expiresAt ?? Number.MAX_SAFE_INTEGER)

// Under the id of the credential it made, so that cancelling finds what the rotation replaced.
const rotationEvent = (
  ports: IssueTokenPorts,
  principal: Principal,
  { former, token, credential }: { readonly former: Token; readonly token: Token; readonly credential: Credential },
  details: Readonly<Record<string, unknown>>,
) => ({
  ...tokenEvent(ports, principal, 'token.rotated', token, {
    ...details,
    expiresAt: token.expiresAt,
    replaced: { hint: former.hint, expiresAt: former.expiresAt } satisfies Replaced,
  }),
  id: credential.id,
})

/**
 * Gives a live token a new credential and ends the former after the overlap (0: at once, with every refresh
 * token and bearer JWT that came of it); a credential that was already in its overlap ends at once. Same id, grant and
 * history; the same end, unless another is asked for. The secret is in this answer and nowhere else (rule 1);
 * that of a personal token goes to its owner alone, whoever else may touch it.
 * `request.invalid`, `request.stale` where `replaces` is not current, `resource.not_found`, `access.*`, `session.stale`
 * (account tokens), `token.not_active`, `token.policy`, `token.already_issued`.
 */
export const rotateToken =
  (ports: IssueTokenPorts) =>
  async (principal: Principal, tokenId: string, input: RotateRequest = {}): Promise<IssuedToken> => {
    const request = parseInput(rotateRequest, input)
    return rerunWhenStale(async () => {
      const now = ports.clock.now()
      const acting = await readActing(ports, principal)
      const view = await openToken(ports, acting, tokenId)
      requireTouch(acting, view)
      requireReader(view.token, principal)
      requireLive(view.token, now)
      if (view.token.context === 'tenant') requireFreshSignIn(principal, now, FORM_GRACE_SECONDS)
      await requireOwnKeys(ports.tokenStore, view.token, request.publicJwks)
      const expiresAt = request.expiry ? requireExpiry(acting, request.expiry, now) : view.token.expiresAt
      const { issuer, audiences } = await ports.environmentStore.settings()
      const { overlapSeconds, publicJwks } = request
      const minting = { token: { ...view.token, expiresAt }, issuer, audience: audiences[0], now, publicJwks }
      const { credential, secret, hint } = await mintCredential(ports, minting)
      const token = { ...view.token, expiresAt, hint }
      const details = { overlapSeconds, ...keysRecorded(publicJwks) }
      const outcome = await ports.tokenStore.addCredential(
        {
          token,
          credential,
          formerEndsAt: formerEnd(view.token, overlapSeconds, now),
          replaces: request.replaces,
          idempotencyKey: request.idempotencyKey,
        },
        {
          versions: acting.versions,
          event: rotationEvent(ports, principal, { former: view.token, token, credential }, details),
        },
      )
      requireIssued(outcome)
      return { token: { ...token, version: token.version + 1 }, secret }
    })
  }
