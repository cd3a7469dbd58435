import { PortalError } from '#lib/errors/portal-error.ts'

/** How a client said who it is (RFC 6749 §2.3.1). */
export type PresentedClient = { readonly id: string; readonly secret: string }

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

// RFC 6749 §2.3.1: id and secret were form-encoded before they were joined.
const formDecoded = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '))

/** Id and secret from `Authorization: Basic` (RFC 7617); undefined for anything else. */
const parseBasic = (header: string): PresentedClient | undefined => {
  const [, encoded] = BASIC.exec(header) ?? []
  const joined = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = joined.indexOf(':')
  if (colon === -1) return undefined
  try {
    return { id: formDecoded(joined.slice(0, colon)), secret: formDecoded(joined.slice(colon + 1)) }
  } catch {
    return undefined
  }
}

/** Whether a text can be a `client_id` at all: a token's UUID in its one spelling. */
export const isClientId = (text: string): boolean => UUID.test(text)

type Presented = {
  readonly authorization: string | undefined
  readonly form: ReadonlyMap<string, string>
}

/**
 * The client as it presented itself, by HTTP Basic or in the form body. `request.malformed` when it used both, or named
 * two clients; `oauth.invalid_client` when it used neither.
 */
export const readClient = ({ authorization, form }: Presented): PresentedClient => {
  const id = form.get('client_id')
  const secret = form.get('client_secret')
  if (authorization === undefined) {
    if (id === undefined || secret === undefined) throw new PortalError('oauth.invalid_client')
    return { id, secret }
  }
  // RFC 6749 §2.3: never more than one method in a request.
  if (secret !== undefined)
    throw new PortalError('request.malformed', { detail: 'Authenticate in the header or in the body, not in both.' })
  const client = parseBasic(authorization)
  if (!client) throw new PortalError('oauth.invalid_client')
  if (id !== undefined && id !== client.id)
    throw new PortalError('request.malformed', { detail: 'The header and the body name different clients.' })
  return client
}
