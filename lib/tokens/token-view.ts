import type { AccessStore } from '#lib/access/access-store.ts'
import type { Acting } from '#lib/access/acting.ts'
import { effectivePermissions, isSubset, type MissingReason, missingPermissions } from '#lib/access/effective.ts'
import { type MemberRights, memberRights } from '#lib/access/member-rights.ts'
import { type ErrorCode } from '#lib/errors/errors.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { permissionSources } from '#lib/tokens/grant.ts'
import type { Token } from '#lib/tokens/token.ts'
import type { TokenStore } from '#lib/tokens/token-store.ts'

/** The permission to see and manage every token of a tenant. */
export const MANAGE_TOKENS = 'tenant.tokens:manage'

/** A token together with what it may do now and why something it was granted is missing. */
export type TokenView = {
  readonly token: Token
  readonly owner: MemberRights | undefined
  readonly effective: ReadonlySet<string>
  readonly missing: ReadonlyMap<string, MissingReason>
}

type Ports = { readonly accessStore: AccessStore; readonly tokenStore: TokenStore }

/** Whether a person may see a token at all: their own, or any with MANAGE_TOKENS. */
const isVisible = ({ rights }: Pick<Acting, 'rights'>, token: Pick<Token, 'ownerUserId'>): boolean =>
  token.ownerUserId === rights.member.userId || rights.permissions.has(MANAGE_TOKENS)

const ownerRights = async (
  { accessStore }: Pick<Ports, 'accessStore'>,
  { environment, tenant, rights }: Acting,
  { ownerUserId }: Token,
): Promise<MemberRights | undefined> => {
  if (ownerUserId === null) return undefined
  if (ownerUserId === rights.member.userId) return rights
  const member = await accessStore.member(tenant.id, ownerUserId)
  return member && memberRights(environment, tenant, member)
}

/** What a token may do now, computed from the acting person's snapshot. */
export const viewOf = async (ports: Pick<Ports, 'accessStore'>, acting: Acting, token: Token): Promise<TokenView> => {
  const owner = await ownerRights(ports, acting, token)
  const sources = permissionSources(acting, token, owner)
  return { token, owner, effective: effectivePermissions(sources), missing: missingPermissions(sources) }
}

/** A token as a person may see it; `resource.not_found` for unknown, foreign and hidden ones alike (rule 4). */
export const openToken = async (ports: Ports, acting: Acting, tokenId: string): Promise<TokenView> => {
  const token = await ports.tokenStore.find(acting.tenant.id, tokenId)
  if (!token || !isVisible(acting, token)) throw new PortalError('resource.not_found')
  return viewOf(ports, acting, token)
}

/** Whether a person may change a token they see, and if not, why. */
export type TouchDecision = { readonly allowed: true } | { readonly allowed: false; readonly code: ErrorCode }

/**
 * Rule 2: one's own always; another's with a level at least as strong as its granter's (user tokens: its owner's now)
 * and rights that include all the token may do. Pure.
 */
export const decideTouch = ({ rights }: Pick<Acting, 'rights'>, view: TokenView): TouchDecision => {
  const { token, owner, effective } = view
  if (token.ownerUserId === rights.member.userId) return { allowed: true }
  if (!rights.permissions.has(MANAGE_TOKENS)) return { allowed: false, code: 'access.denied' }
  // The owner of a dead user token has no level any more: nobody is too weak to tidy it away.
  const level = token.context === 'user' ? (owner?.level ?? rights.level) : token.granter.level
  if (rights.level > level) return { allowed: false, code: 'access.too_strong' }
  return isSubset(effective, rights.permissions) ? { allowed: true } : { allowed: false, code: 'access.exceeds_own' }
}

/** Throws the refusal of `decideTouch`. */
export const requireTouch = (acting: Acting, view: TokenView): void => {
  const decision = decideTouch(acting, view)
  if (!decision.allowed) throw new PortalError(decision.code)
}
