import type { AccessStore } from '#lib/access/access-store.ts'
import { readActing } from '#lib/access/acting.ts'
import type { Principal } from '#lib/access/principal.ts'
import type { Clock } from '#lib/time/clock.ts'
import { type TokenState, tokenState } from '#lib/tokens/token.ts'
import type { Credential, DailyUse, LastUse, TokenStore } from '#lib/tokens/token-store.ts'
import { decideTouch, openToken, type TokenView, type TouchDecision } from '#lib/tokens/token-view.ts'

/** All a person may know of one token. */
export type TokenDescription = TokenView & {
  readonly state: TokenState
  /** Newest first; digests are left out. */
  readonly credentials: readonly Pick<Credential, 'id' | 'kind' | 'createdAt' | 'endsAt'>[]
  readonly lastUse: LastUse | undefined
  /** The last 30 days with any use, oldest first. */
  readonly use: readonly DailyUse[]
  /** Whether the principal may change it, and if not, why. */
  readonly touch: TouchDecision
}

type Ports = { readonly clock: Clock; readonly accessStore: AccessStore; readonly tokenStore: TokenStore }

/** Describes one token; `resource.not_found` for unknown, foreign and hidden ones alike. */
export const describeToken =
  (ports: Ports) =>
  async (principal: Principal, tokenId: string): Promise<TokenDescription> => {
    const acting = await readActing(ports, principal)
    const view = await openToken(ports, acting, tokenId)
    const now = ports.clock.now()
    const { tenantId } = view.token
    const credentials = await ports.tokenStore.credentials(tenantId, tokenId)
    return {
      ...view,
      state: tokenState(view.token, now),
      credentials: credentials.map(({ id, kind, createdAt, endsAt }) => ({ id, kind, createdAt, endsAt })),
      lastUse: await ports.tokenStore.lastUse(tenantId, tokenId),
      use: await ports.tokenStore.dailyUse(tenantId, tokenId, now),
      touch: decideTouch(acting, view),
    }
  }
