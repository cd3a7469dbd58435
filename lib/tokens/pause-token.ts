import type { Principal } from '#lib/access/principal.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { type ChangeTokenPorts, changeToken, requireLive } from '#lib/tokens/change-token.ts'
import type { Token } from '#lib/tokens/token.ts'
import { pauseRequest } from '#lib/tokens/token-request.ts'

/**
 * Makes a live token refuse every use until it is resumed; its expiry runs on. Pausing a paused token changes nothing,
 * unless someone stronger does it: from then on only they can resume it.
 * `request.invalid`, `resource.not_found`, `access.*`, `token.not_active`.
 */
export const pauseToken =
  (ports: ChangeTokenPorts) =>
  async (principal: Principal, tokenId: string, reason = ''): Promise<Token> => {
    const told = parseInput(pauseRequest, { reason }).reason
    return changeToken(ports, principal, tokenId, ({ token }, { rights }, now) => {
      requireLive(token, now)
      if (token.paused && token.paused.level <= rights.level) return undefined
      const paused = { at: now, by: principal.userId, level: rights.level, reason: told }
      return { token: { ...token, paused }, type: 'token.paused', details: { reason: told } }
    })
  }

/**
 * Lets a paused token work again; only for those at least as strong as who paused it (`access.too_strong`).
 * Resuming a token that is not paused changes nothing.
 */
export const resumeToken =
  (ports: ChangeTokenPorts) =>
  (principal: Principal, tokenId: string): Promise<Token> =>
    changeToken(ports, principal, tokenId, ({ token }, { rights }, now) => {
      requireLive(token, now)
      if (!token.paused) return undefined
      if (rights.level > token.paused.level)
        throw new PortalError('access.too_strong', {
          detail: 'It was paused by someone with a stronger role than yours.',
        })
      return { token: { ...token, paused: null }, type: 'token.resumed', details: {} }
    })
