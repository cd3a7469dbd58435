import type { Principal } from '#lib/access/principal.ts'
import { type ChangeRotationPorts, changeRotation, type Meant, type RotationView } from '#lib/tokens/change-rotation.ts'
import type { Token } from '#lib/tokens/token.ts'

// Without a record nobody knows the former hint: better none than the one of a credential that is refused.
const restored = ({ token, replaced }: RotationView): Token => ({
  ...token,
  hint: replaced?.hint ?? '',
  expiresAt: replaced ? replaced.expiresAt : token.expiresAt,
})

/**
 * Takes a rotation back: the new credential ends now, the former one lives on as before, with the token's former end.
 * Once this has answered, every process refuses the new one, and the bearer JWTs it was exchanged for; refresh tokens live
 * on. `resource.not_found`, `access.*`, `token.not_active`, `token.no_rotation`; never asks for a fresh sign-in.
 */
export const cancelRotation =
  (ports: ChangeRotationPorts) =>
  (principal: Principal, tokenId: string, meant: Meant = {}): Promise<Token> =>
    changeRotation(ports, principal, tokenId, meant, (view, _acting, now) => {
      const { current, former, endsAt } = view.overlap
      return {
        token: restored(view),
        ends: [
          { credentialId: current.id, was: null, endsAt: now },
          { credentialId: former.id, was: endsAt, endsAt: null },
        ],
        type: 'token.rotation_cancelled',
        details: { endedCredentialId: current.id },
      }
    })
