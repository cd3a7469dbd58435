import type { Principal } from '#lib/access/principal.ts'
import { type ChangeTokenPorts, changeToken } from '#lib/tokens/change-token.ts'
import type { Token } from '#lib/tokens/token.ts'

/**
 * Ends a token for good: once this has answered, every process refuses it. Revoking a revoked token changes nothing.
 * `resource.not_found`, `access.*`; never asks for a fresh sign-in.
 */
export const revokeToken =
  (ports: ChangeTokenPorts) =>
  (principal: Principal, tokenId: string): Promise<Token> =>
    changeToken(ports, principal, tokenId, ({ token }, _acting, now) => {
      if (token.revoked) return undefined
      const revoked = { at: now, by: principal.userId, reason: 'by_hand' } as const
      return { token: { ...token, revoked }, type: 'token.revoked', details: { reason: revoked.reason } }
    })
