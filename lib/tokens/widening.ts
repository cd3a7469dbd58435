import type { Grant, Token } from '#lib/tokens/token.ts'

type Bounds = Pick<Token, 'grant' | 'ipAllowlist' | 'dpopRequiredAt' | 'requestsPerMinute'>

const isWithin = (keys: readonly string[], former: readonly string[]): boolean =>
  keys.every((key) => former.includes(key))

const grantsMore = (now: Grant, former: Grant): boolean => {
  if (now.mode === 'permissions' && former.mode === 'permissions') return !isWithin(now.permissions, former.permissions)
  if (now.mode === 'roles' && former.mode === 'roles') return !isWithin(now.roles, former.roles)
  // What a role or a person may do is not what it will be.
  return now.mode !== former.mode
}

// Empty: from anywhere.
const reachesFurther = (now: readonly string[], former: readonly string[]): boolean =>
  former.length > 0 && (now.length === 0 || !isWithin(now, former))

/** Whether a token may do more than before, from further away, without a proof it needed, or more often; pure. */
export const isWidened = (now: Bounds, former: Bounds): boolean =>
  grantsMore(now.grant, former.grant) ||
  reachesFurther(now.ipAllowlist, former.ipAllowlist) ||
  (former.dpopRequiredAt !== null && now.dpopRequiredAt === null) ||
  (now.requestsPerMinute ?? Number.POSITIVE_INFINITY) > (former.requestsPerMinute ?? Number.POSITIVE_INFINITY)
