import { isPermissionKey } from '#lib/access/permission.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

// A bearer JWT carries its scope, and must stay within a header line.
const SCOPE_LENGTH_MAX = 2048

/**
 * The permissions that a `scope` parameter asks for (RFC 6749 §3.3), sorted, each once; undefined if it was omitted.
 * `oauth.invalid_scope` for anything that is no list of permission keys.
 */
export const parseScope = (text: string | undefined): readonly string[] | undefined => {
  if (text === undefined) return undefined
  const keys = text.length > SCOPE_LENGTH_MAX ? [] : text.split(' ')
  if (keys.length === 0 || !keys.every(isPermissionKey)) throw new PortalError('oauth.invalid_scope')
  return [...new Set(keys)].sort()
}

/** Throws `oauth.invalid_scope` unless everything asked for is there to be given (RFC 6749 §6). */
export const requireWithin = (asked: readonly string[], offered: ReadonlySet<string>): void => {
  if (!asked.every((key) => offered.has(key))) throw new PortalError('oauth.invalid_scope')
}
