import { isIP } from 'node:net'
import { PortalError } from '#lib/errors/portal-error.ts'
import { type PresentedClient, readClient } from '#lib/oauth/client-authentication.ts'
import { type OAuthMessage, parseForm, readForm } from '#lib/oauth/oauth-message.ts'

/** A client that says something about a token (RFC 7662 §2.1, RFC 7009 §2.1). */
export type TokenQuestion = {
  readonly client: PresentedClient
  readonly token: string
  /** Where the token was presented from, as far as the client says. */
  readonly address: string | undefined
}

/**
 * Reads a request about a token. `token_type_hint` is not read: each kind of ours shows in its text. `request.media_type`,
 * `request.malformed` without a token or with an `address` that is none, `oauth.invalid_client` without any client
 * authentication.
 */
export const readTokenQuestion = (message: OAuthMessage): TokenQuestion => {
  const form = readForm(parseForm(message))
  const client = readClient({ authorization: message.authorization, form })
  const token = form.get('token')
  const address = form.get('address')
  if (token === undefined) throw new PortalError('request.malformed', { detail: 'The parameter token is missing.' })
  if (address !== undefined && isIP(address) === 0)
    throw new PortalError('request.malformed', { detail: 'The parameter address is no IP address.' })
  return { client, token, address }
}
