import { PortalError } from '#lib/errors/portal-error.ts'
import { type PresentedClient, readClient } from '#lib/oauth/client-authentication.ts'
import { type OAuthMessage, parseForm, readForm, readValues } from '#lib/oauth/oauth-message.ts'

/** What the token endpoint was asked for (RFC 6749 §4.4.2 and §6, RFC 8707 §2). */
export type TokenEndpointRequest = {
  readonly client: PresentedClient
  readonly grant:
    | { readonly type: 'client_credentials' }
    | { readonly type: 'refresh_token'; readonly refreshToken: string }
  readonly scope: string | undefined
  readonly resource: string | undefined
}

const malformed = (detail: string): PortalError => new PortalError('request.malformed', { detail })

const readGrant = (form: ReadonlyMap<string, string>): TokenEndpointRequest['grant'] => {
  const type = form.get('grant_type')
  const refreshToken = form.get('refresh_token')
  if (type === undefined) throw malformed('The parameter grant_type is missing.')
  if (type === 'client_credentials') return { type }
  if (type !== 'refresh_token') throw new PortalError('oauth.unsupported_grant_type')
  if (refreshToken === undefined) throw malformed('The parameter refresh_token is missing.')
  return { type, refreshToken }
}

// RFC 8707 §2 lets a client name several. A bearer JWT has one audience, so that none of them can use it at another.
const readResource = (parameters: URLSearchParams): string | undefined => {
  const [resource, ...others] = readValues(parameters, 'resource')
  if (others.length > 0) throw new PortalError('oauth.invalid_target', { detail: 'Ask for one resource at a time.' })
  return resource
}

/**
 * Reads a request to the token endpoint. `request.media_type`, `request.malformed`, `oauth.invalid_client` without any
 * client authentication, `oauth.unsupported_grant_type`, `oauth.invalid_target` for several resources.
 */
export const readTokenEndpointRequest = (message: OAuthMessage): TokenEndpointRequest => {
  const parameters = parseForm(message)
  const form = readForm(parameters, ['resource'])
  return {
    client: readClient({ authorization: message.authorization, form }),
    grant: readGrant(form),
    scope: form.get('scope'),
    resource: readResource(parameters),
  }
}
