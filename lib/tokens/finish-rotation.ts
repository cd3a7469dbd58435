import type { Principal } from '#lib/access/principal.ts'
import { type ChangeRotationPorts, changeRotation, type Meant } from '#lib/tokens/change-rotation.ts'
import type { Token } from '#lib/tokens/token.ts'

/**
 * Ends the former credential of a rotation now instead of later: once this has answered, every process refuses it, and the
 * bearer JWTs it was exchanged for. Refresh tokens live on for the credential that stays: nothing leaked.
 * `resource.not_found`, `access.*`, `token.not_active`, `token.no_rotation`; never asks for a fresh sign-in.
 */
export const finishRotation =
  (ports: ChangeRotationPorts) =>
  (principal: Principal, tokenId: string, meant: Meant = {}): Promise<Token> =>
    changeRotation(ports, principal, tokenId, meant, ({ token, overlap: { former, endsAt } }, _acting, now) => ({
      token,
      ends: [{ credentialId: former.id, was: endsAt, endsAt: now }],
      type: 'token.rotation_finished',
      details: { endedCredentialId: former.id },
    }))
