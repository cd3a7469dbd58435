import { PortalError } from '#lib/errors/portal-error.ts'
import { ASSERTION_TYPE } from '#lib/oauth/client-assertion.ts'

/** How a client said who it is: by a secret (RFC 6749 §2.3.1) or by an assertion of its own (RFC 7521 §4.2). */
export type PresentedClient =
  | { readonly method: 'secret'; readonly id: string; readonly secret: string }
  | { readonly method: 'assertion'; readonly id: string | undefined; readonly assertion: string }

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

// RFC 6749 §2.3.1: id and secret were form-encoded before they were joined.
const formDecoded = (text: string): string => (/[%+]/.test(text) ? decodeURIComponent(text.replaceAll('+', ' ')) : text)

/** Id and secret from `Authorization: Basic` (RFC 7617); undefined for anything else. */
const parseBasic = (header: string): Extract<PresentedClient, { method: 'secret' }> | undefined => {
  const [, encoded] = BASIC.exec(header) ?? []
  const joined = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = joined.indexOf(':')
  if (colon === -1) return undefined
  try {
    return {
      method: 'secret',
      id: formDecoded(joined.slice(0, colon)),
      secret: formDecoded(joined.slice(colon + 1)),
    }
  } catch {
    return undefined
  }
}

/** Whether a text can be a `client_id` at all: a token's UUID in its one spelling. */
export const isClientId = (text: string): boolean => UUID.test(text)

type Form = ReadonlyMap<string, string>
type Presented = { readonly authorization: string | undefined; readonly form: Form }

const malformed = (detail: string): PortalError => new PortalError('request.malformed', { detail })

const readAssertion = (form: Form): PresentedClient => {
  const [type, assertion] = [form.get('client_assertion_type'), form.get('client_assertion')]
  if (type === undefined) throw malformed('The parameter client_assertion_type is missing.')
  if (assertion === undefined) throw malformed('The parameter client_assertion is missing.')
  if (type !== ASSERTION_TYPE) throw new PortalError('oauth.invalid_client')
  return { method: 'assertion', id: form.get('client_id'), assertion }
}

const readBasic = (authorization: string, form: Form): PresentedClient => {
  const client = parseBasic(authorization)
  if (!client) throw new PortalError('oauth.invalid_client')
  const id = form.get('client_id')
  if (id !== undefined && id !== client.id) throw malformed('The header and the body name different clients.')
  return client
}

const readPost = (form: Form): PresentedClient => {
  const [id, secret] = [form.get('client_id'), form.get('client_secret')]
  if (id === undefined || secret === undefined) throw new PortalError('oauth.invalid_client')
  return { method: 'secret', id, secret }
}

/**
 * The client as it presented itself: by HTTP Basic, by a secret in the form body, or by an assertion. `request.malformed`
 * when it used two of them, or named two clients; `oauth.invalid_client` when it used none.
 */
export const readClient = ({ authorization, form }: Presented): PresentedClient => {
  const asserts = form.has('client_assertion') || form.has('client_assertion_type')
  // RFC 6749 §2.3: never more than one method in a request.
  if ([authorization !== undefined, form.has('client_secret'), asserts].filter(Boolean).length > 1)
    throw malformed('Authenticate in one way: by the header, by a secret in the body, or by an assertion.')
  if (asserts) return readAssertion(form)
  return authorization === undefined ? readPost(form) : readBasic(authorization, form)
}
