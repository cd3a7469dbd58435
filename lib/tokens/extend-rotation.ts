import { z } from 'zod'
import { FORM_GRACE_SECONDS, requireFreshSignIn } from '#lib/access/fresh-sign-in.ts'
import type { Principal } from '#lib/access/principal.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import { type ChangeRotationPorts, changeRotation, type Meant } from '#lib/tokens/change-rotation.ts'
import { decideExtension, type ExtensionRequest } from '#lib/tokens/decide-extension.ts'
import { OVERLAP_SECONDS_MAX } from '#lib/tokens/overlap.ts'
import type { Token } from '#lib/tokens/token.ts'

const moment = z.number('Choose a moment.').int('Use whole seconds.').nonnegative('Choose a moment to come.')

const extendRequest: z.ZodType<ExtensionRequest> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('after'), seconds: moment }),
  z.object({ kind: z.literal('at'), numericDate: moment }),
])

const REFUSALS = {
  too_long: `Choose at most ${OVERLAP_SECONDS_MAX / DAY_SECONDS} days after the rotation.`,
  earlier: 'It goes on working for longer than that already. To end it sooner, finish the rotation.',
} as const

/**
 * Lets the former credential of a rotation go on for longer, at most 30 days from the rotation and no longer than its
 * token. Asking for the end it has changes nothing. `request.invalid` with fields, `resource.not_found`, `access.*`,
 * `session.stale` (account tokens), `token.not_active`, `token.no_rotation`.
 */
export const extendRotation =
  (ports: ChangeRotationPorts) =>
  async (principal: Principal, tokenId: string, input: ExtensionRequest, meant: Meant = {}): Promise<Token> => {
    const request = parseInput(extendRequest, input)
    return changeRotation(ports, principal, tokenId, meant, (view, _acting, now) => {
      if (view.token.context === 'tenant') requireFreshSignIn(principal, now, FORM_GRACE_SECONDS)
      const decision = decideExtension(view, request)
      if (decision.outcome === 'refused')
        throw new PortalError('request.invalid', { fields: { endsAt: [REFUSALS[decision.reason]] } })
      if (decision.outcome === 'unchanged') return undefined
      const { former, endsAt: was } = view.overlap
      return {
        token: view.token,
        ends: [{ credentialId: former.id, was, endsAt: decision.endsAt }],
        type: 'token.rotation_extended',
        details: { extendedCredentialId: former.id, from: was, to: decision.endsAt },
      }
    })
  }
