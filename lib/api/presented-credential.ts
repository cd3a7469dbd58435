import { LIMITS } from '#lib/config/limits.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { ValidationRequest } from '#lib/verdict/validate.ts'

type HeaderReader = { get(name: string): string | null }

// RFC 6750 §2.1: one token68 behind the scheme, whose name has no case (RFC 9110 §11.1).
const BEARER = /^bearer +([\w.~+/-]+=*)$/i
const BEARER_SCHEME = /^bearer(?: |$)/i

const bounded = (text: string): string => {
  if (text.length > LIMITS.credentialBytes)
    throw new PortalError('credential.invalid', { detail: 'The credential is too long.' })
  return text
}

const bearerText = (authorization: string): string => {
  const text = BEARER.exec(bounded(authorization))?.[1]
  if (text !== undefined) return text
  // Node joins repeated headers with a comma: two credentials, whichever would be read.
  if (authorization.includes(',')) throw new PortalError('credential.ambiguous')
  throw BEARER_SCHEME.test(authorization)
    ? new PortalError('credential.invalid')
    : new PortalError('credential.missing')
}

/**
 * The one credential a request presents (RFC 6750 §2: not in more than one way). `credential.missing`,
 * `credential.ambiguous` for two, `credential.invalid` for one that is longer than 8 KiB or no token.
 */
export const presentedCredential = (headers: HeaderReader): ValidationRequest['presented'] => {
  const apiKey = headers.get('x-api-key')
  const authorization = headers.get('authorization')
  if (apiKey !== null && authorization !== null) throw new PortalError('credential.ambiguous')
  if (apiKey !== null) {
    if (apiKey.includes(',')) throw new PortalError('credential.ambiguous')
    return { header: 'x-api-key', text: bounded(apiKey) }
  }
  if (authorization === null) throw new PortalError('credential.missing')
  return { header: 'authorization', text: bearerText(authorization) }
}
