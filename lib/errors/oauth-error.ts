import { errorEntry } from '#lib/errors/errors.ts'
import type { PortalError } from '#lib/errors/portal-error.ts'

/** An OAuth error answer: status and JSON body (RFC 6749 §5.2), plus the scheme to name on a 401. */
export type OAuthError = {
  readonly status: number
  readonly body: { readonly error: string; readonly error_description: string }
}

// RFC 6749 §5.2 confines descriptions to printable ASCII without the quote and the backslash.
const describable = (text: string): string => text.replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?')

const defaultError = (status: number): string =>
  status === 503 || status === 429 ? 'temporarily_unavailable' : status >= 500 ? 'server_error' : 'invalid_request'

/** Renders a refusal as an OAuth error (RFC 6749 §5.2; 503 as in RFC 7009 §2.2.1). Never shows `internal`. */
export const toOAuthError = (error: PortalError): OAuthError => {
  const { status, oauth, message } = errorEntry(error.code)
  return {
    // §5.2: every refusal of the token endpoint is a 400, but for a failed client authentication (401).
    status: oauth !== undefined && oauth.startsWith('invalid_') && status !== 401 && status !== 413 ? 400 : status,
    body: { error: oauth ?? defaultError(status), error_description: describable(error.detail ?? message) },
  }
}

const quoted = (text: string): string => `"${describable(text)}"`

const challengeParts = (error: PortalError, scope: readonly string[] = []): readonly string[] => {
  const { oauth, message } = errorEntry(error.code)
  // RFC 6750 §3.1: who sent nothing is told no error.
  if (error.code === 'credential.missing') return ['realm="latchkey"']
  return [
    'realm="latchkey"',
    `error=${quoted(oauth ?? 'invalid_token')}`,
    `error_description=${quoted(error.detail ?? message)}`,
    ...(scope.length > 0 ? [`scope=${quoted(scope.join(' '))}`] : []),
  ]
}

/** The value of `WWW-Authenticate` for a refused bearer credential (RFC 6750 §3), naming the missing scope if any. */
export const toBearerChallenge = (error: PortalError, scope?: readonly string[]): string =>
  `Bearer ${challengeParts(error, scope).join(', ')}`

/** The same for one that is bound to a key (RFC 9449 §7.1), naming the algorithms that proofs may be signed with. */
export const toDPoPChallenge = (error: PortalError, algorithms: readonly string[], scope?: readonly string[]): string =>
  `DPoP ${[...challengeParts(error, scope), `algs=${quoted(algorithms.join(' '))}`].join(', ')}`
