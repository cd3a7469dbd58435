import type { Acting } from '#lib/access/acting.ts'
import { FORM_GRACE_SECONDS, requireFreshSignIn } from '#lib/access/fresh-sign-in.ts'
import type { Principal } from '#lib/access/principal.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { type ChangeTokenPorts, changeToken, requireLive } from '#lib/tokens/change-token.ts'
import { decideGrant } from '#lib/tokens/decide-grant.ts'
import { requireGrant } from '#lib/tokens/require-grant.ts'
import type { Grant, Token } from '#lib/tokens/token.ts'
import { type CheckedEditRequest, CLIENTS_ONLY, type EditRequest, editRequest } from '#lib/tokens/token-request.ts'
import { isWidened } from '#lib/tokens/widening.ts'

const FIELDS = ['name', 'description', 'grant', 'ipAllowlist', 'metadata', 'refreshMode', 'requestsPerMinute'] as const

const requiresDpop = ({ dpopRequiredAt }: Token): boolean => dpopRequiredAt !== null

const changedFields = (token: Token, request: CheckedEditRequest) => {
  const fields = FIELDS.filter(
    (field) => request[field] !== undefined && JSON.stringify(request[field]) !== JSON.stringify(token[field]),
  )
  const { dpopRequired = requiresDpop(token) } = request
  return dpopRequired === requiresDpop(token) ? fields : [...fields, 'dpopRequired' as const]
}

type Field = ReturnType<typeof changedFields>[number]

// What a token may do when, and from where, can be told afterwards. Descriptions and metadata may be long, and say nothing of that.
const TOLD: readonly Field[] = ['name', 'grant', 'ipAllowlist', 'refreshMode', 'requestsPerMinute', 'dpopRequired']

const told = (token: Token, field: Field): unknown => (field === 'dpopRequired' ? requiresDpop(token) : token[field])

const changesTold = (former: Token, now: Token, fields: readonly Field[]) => {
  const named = TOLD.filter((field) => fields.includes(field))
  const valuesOf = (token: Token) => Object.fromEntries(named.map((field) => [field, told(token, field)]))
  return named.length === 0 ? {} : { from: valuesOf(former), to: valuesOf(now) }
}

const dpopRequiredAt = (token: Token, { dpopRequired = requiresDpop(token) }: CheckedEditRequest, now: number) =>
  dpopRequired ? (token.dpopRequiredAt ?? now) : null

const edited = (token: Token, request: CheckedEditRequest, { rights }: Acting, now: number): Token => ({
  ...token,
  name: request.name ?? token.name,
  description: request.description ?? token.description,
  grant: request.grant ?? token.grant,
  ipAllowlist: request.ipAllowlist ?? token.ipAllowlist,
  metadata: request.metadata ?? token.metadata,
  refreshMode: request.refreshMode ?? token.refreshMode,
  dpopRequiredAt: dpopRequiredAt(token, request, now),
  requestsPerMinute: request.requestsPerMinute === undefined ? token.requestsPerMinute : request.requestsPerMinute,
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

const requireClient = ({ type }: Token, fields: readonly string[]) => {
  const wrong = fields.filter((field) => field === 'refreshMode' || field === 'dpopRequired')
  if (type === 'client_credentials' || wrong.length === 0) return
  throw new PortalError('request.invalid', {
    fields: Object.fromEntries(wrong.map((field) => [field, [CLIENTS_ONLY]])),
  })
}

/** What the editor looked at: the version of the token. Without it, whatever is there is changed. */
export type Seen = { readonly version?: number | undefined }

// A form shows all there is and sends all of it back: what somebody else tightened since would be undone.
const requireSeen = ({ version }: Token, seen: Seen) => {
  if (seen.version === undefined || seen.version === version) return
  throw new PortalError('request.stale', {
    detail: 'This token was changed after you opened this form. Open it again to see it as it is now.',
  })
}

/**
 * Changes name, description, grant, IP allowlist, metadata, refresh mode, the need of DPoP or the limit of a live token, never
 * beyond what the editor holds. More for an account's token, which outlives the person, asks for a fresh sign-in; less does not.
 * `request.invalid`, `request.stale` where it is no longer as it was seen, `resource.not_found`, `access.*`, `session.stale`,
 * `token.policy`, `token.not_active`.
 */
export const editToken =
  (ports: ChangeTokenPorts) =>
  async (principal: Principal, tokenId: string, input: EditRequest, seen: Seen = {}): Promise<Token> => {
    const request = parseInput(editRequest, input)
    return changeToken(ports, principal, tokenId, ({ token }, acting, now) => {
      requireLive(token, now)
      const fields = changedFields(token, request)
      if (fields.length === 0) return undefined
      requireSeen(token, seen)
      requireClient(token, fields)
      const changed = fields.includes('grant') ? request : { ...request, grant: undefined }
      if (changed.grant) {
        requireOwnFollowing(token, changed.grant, acting.rights)
        requireGrant(decideGrant(acting, acting.rights, token.context, changed.grant))
      }
      const next = edited(token, changed, acting, now)
      if (token.context === 'tenant' && isWidened(next, token)) requireFreshSignIn(principal, now, FORM_GRACE_SECONDS)
      return { token: next, type: 'token.edited', details: { fields, ...changesTold(token, next, fields) } }
    })
  }
