import { PortalError } from '#lib/errors/portal-error.ts'
import { type PresentedClient, readClient } from '#lib/oauth/client-authentication.ts'

/** What the token endpoint was asked for (RFC 6749 §4.4.2 and §6, RFC 8707 §2). */
export type TokenEndpointRequest = {
  readonly client: PresentedClient
  readonly grant:
    | { readonly type: 'client_credentials' }
    | { readonly type: 'refresh_token'; readonly refreshToken: string }
  readonly scope: string | undefined
  readonly resource: string | undefined
}

/** A request to the token endpoint as HTTP carries it. */
export type TokenEndpointMessage = {
  readonly authorization: string | undefined
  readonly contentType: string | undefined
  readonly body: string
}

const FORM = /^application\/x-www-form-urlencoded(?:\s*;|$)/i

const malformed = (detail: string): PortalError => new PortalError('request.malformed', { detail })

// RFC 6749 §3.2: a parameter without a value counts as omitted, and none may stand twice.
const readForm = ({ contentType, body }: TokenEndpointMessage): ReadonlyMap<string, string> => {
  if (!FORM.test(contentType ?? ''))
    throw new PortalError('request.media_type', { detail: 'Send application/x-www-form-urlencoded.' })
  const seen = new Set<string>()
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(body)) {
    if (seen.has(name)) throw malformed('A parameter stands twice.')
    seen.add(name)
    if (value !== '') form.set(name, value)
  }
  return form
}

const readGrant = (form: ReadonlyMap<string, string>): TokenEndpointRequest['grant'] => {
  const type = form.get('grant_type')
  const refreshToken = form.get('refresh_token')
  if (type === undefined) throw malformed('The parameter grant_type is missing.')
  if (type === 'client_credentials') return { type }
  if (type !== 'refresh_token') throw new PortalError('oauth.unsupported_grant_type')
  if (refreshToken === undefined) throw malformed('The parameter refresh_token is missing.')
  return { type, refreshToken }
}

/**
 * Reads a request to the token endpoint. `request.media_type`, `request.malformed`, `oauth.invalid_client` without any
 * client authentication, `oauth.unsupported_grant_type`.
 */
export const readTokenEndpointRequest = (message: TokenEndpointMessage): TokenEndpointRequest => {
  const form = readForm(message)
  return {
    client: readClient({ authorization: message.authorization, form }),
    grant: readGrant(form),
    scope: form.get('scope'),
    resource: form.get('resource'),
  }
}
