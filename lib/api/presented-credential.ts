import type { WireRequest } from '#lib/api/wire.ts'
import { LIMITS } from '#lib/config/limits.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { PresentedText } from '#lib/verdict/require-proof.ts'

// RFC 6750 §2.1, RFC 9449 §7.1: it stands behind the scheme, whose name has no case (RFC 9110 §11.1).
const SCHEME = /^(?:bearer|dpop)(?: +|$)/i
const DPOP_SCHEME = /^dpop(?: |$)/i

const bounded = (text: string): string => {
  if (text.length > LIMITS.credentialBytes)
    throw new PortalError('credential.invalid', { detail: 'The credential is too long.' })
  return text
}

/** Whether the value of an Authorization header is of the scheme for what is bound to a key (RFC 9449 §7.1). */
export const isDPoP = (authorization: string | undefined): boolean => DPOP_SCHEME.test(authorization ?? '')

const authorized = (authorization: string): PresentedText => {
  const [scheme] = SCHEME.exec(bounded(authorization)) ?? []
  // Node joins repeated headers with a comma: two credentials, whichever would be read.
  if (authorization.includes(',')) throw new PortalError('credential.ambiguous')
  if (scheme === undefined) throw new PortalError('credential.missing')
  const text = authorization.slice(scheme.length)
  if (text === '') throw new PortalError('credential.invalid')
  return { header: isDPoP(authorization) ? 'dpop' : 'authorization', text }
}

/**
 * The one credential a request presents (RFC 6750 §2: not in more than one way), whatever is written in it: one that is
 * known was verified as it stands, any other is read by whoever verifies it. `credential.missing`, `credential.ambiguous` for
 * two, `credential.invalid` for an empty one and one longer than 8 KiB.
 */
export const presentedCredential = (request: Pick<WireRequest, 'header'>): PresentedText => {
  const apiKey = request.header('x-api-key')
  const authorization = request.header('authorization')
  if (apiKey !== undefined && authorization !== undefined) throw new PortalError('credential.ambiguous')
  if (apiKey !== undefined) {
    if (apiKey.includes(',')) throw new PortalError('credential.ambiguous')
    return { header: 'x-api-key', text: bounded(apiKey) }
  }
  if (authorization === undefined) throw new PortalError('credential.missing')
  return authorized(authorization)
}
