import type { Acting } from '#lib/access/acting.ts'
import type { Principal } from '#lib/access/principal.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { type ChangeTokenPorts, changeToken, requireLive } from '#lib/tokens/change-token.ts'
import { decideGrant } from '#lib/tokens/decide-grant.ts'
import { requireGrant } from '#lib/tokens/require-grant.ts'
import type { Grant, Token } from '#lib/tokens/token.ts'
import { type CheckedEditRequest, type EditRequest, editRequest } from '#lib/tokens/token-request.ts'

const FIELDS = ['name', 'description', 'grant', 'ipAllowlist', 'metadata'] as const

const changedFields = (token: Token, request: CheckedEditRequest) =>
  FIELDS.filter(
    (field) => request[field] !== undefined && JSON.stringify(request[field]) !== JSON.stringify(token[field]),
  )

const edited = (token: Token, request: CheckedEditRequest, { rights }: Acting): Token => ({
  ...token,
  name: request.name ?? token.name,
  description: request.description ?? token.description,
  grant: request.grant ?? token.grant,
  ipAllowlist: request.ipAllowlist ?? token.ipAllowlist,
  metadata: request.metadata ?? token.metadata,
  // Whoever changes what it may do has granted it from then on.
  granter: request.grant
    ? { userId: rights.member.userId, name: rights.member.name, level: rights.level }
    : token.granter,
})

// Whoever lets a token follow a person grants all this person will ever hold: only they themselves hold that.
const requireOwnFollowing = ({ ownerUserId, context }: Token, { mode }: Grant, { member }: Acting['rights']) => {
  if (mode !== 'owner' || context === 'tenant' || ownerUserId === member.userId) return
  throw new PortalError('access.exceeds_own', {
    fields: { grant: ['Only its owner can let a personal token follow their role.'] },
  })
}

/**
 * Changes name, description, grant, IP allowlist or metadata of a live token, never beyond what the editor holds.
 * `request.invalid`, `resource.not_found`, `access.*`, `token.policy`, `token.not_active`.
 */
export const editToken =
  (ports: ChangeTokenPorts) =>
  async (principal: Principal, tokenId: string, input: EditRequest): Promise<Token> => {
    const request = parseInput(editRequest, input)
    return changeToken(ports, principal, tokenId, ({ token }, acting, now) => {
      requireLive(token, now)
      const fields = changedFields(token, request)
      if (fields.length === 0) return undefined
      const changed = fields.includes('grant') ? request : { ...request, grant: undefined }
      if (changed.grant) {
        requireOwnFollowing(token, changed.grant, acting.rights)
        requireGrant(decideGrant(acting, acting.rights, token.context, changed.grant))
      }
      return { token: edited(token, changed, acting), type: 'token.edited', details: { fields } }
    })
  }
