import type { AccessStore } from '#lib/access/access-store.ts'
import { type Acting, readActing } from '#lib/access/acting.ts'
import type { Principal } from '#lib/access/principal.ts'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import type { AuditEventType } from '#lib/audit/audit-event.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { Clock } from '#lib/time/clock.ts'
import { type Token, tokenState } from '#lib/tokens/token.ts'
import { tokenEvent } from '#lib/tokens/token-event.ts'
import type { TokenStore } from '#lib/tokens/token-store.ts'
import { openToken, requireTouch, type TokenView } from '#lib/tokens/token-view.ts'

/** What changing an existing token needs of the world. */
export type ChangeTokenPorts = {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly accessStore: AccessStore
  readonly tokenStore: TokenStore
}

/** A decided change: the token as it shall be and what to record; undefined changes nothing. */
export type DecidedChange =
  | { readonly token: Token; readonly type: AuditEventType; readonly details: Readonly<Record<string, unknown>> }
  | undefined

/** Throws `token.not_active` for a token that has ended. */
export const requireLive = (token: Token, now: number): void => {
  const state = tokenState(token, now)
  if (state === 'revoked' || state === 'expired') throw new PortalError('token.not_active')
}

/**
 * Opens a token, asks whether the principal may touch it, decides, and saves; reruns when something changed meanwhile.
 * Answers the token as it is afterwards.
 */
export const changeToken = (
  ports: ChangeTokenPorts,
  principal: Principal,
  tokenId: string,
  decide: (view: TokenView, acting: Acting, now: number) => DecidedChange,
): Promise<Token> =>
  rerunWhenStale(async () => {
    const now = ports.clock.now()
    const acting = await readActing(ports, principal)
    const view = await openToken(ports, acting, tokenId)
    requireTouch(acting, view)
    const change = decide(view, acting, now)
    if (!change) return view.token
    const event = tokenEvent(ports, principal, change.type, change.token, change.details)
    await ports.tokenStore.save(change.token, { versions: acting.versions, event })
    return { ...change.token, version: change.token.version + 1 }
  })
