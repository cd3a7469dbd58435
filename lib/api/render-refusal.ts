import type { Context } from 'hono'
import { type ApiEnv, originOf } from '#lib/api/api-context.ts'
import { errorEntry } from '#lib/errors/errors.ts'
import type { Log } from '#lib/errors/log.ts'
import { toBearerChallenge, toOAuthError } from '#lib/errors/oauth-error.ts'
import { isPortalError, PortalError } from '#lib/errors/portal-error.ts'
import { toProblem } from '#lib/errors/problem.ts'

/** What rendering refusals needs: the portal's own URL, and somewhere to tell what was not expected. */
export type RefusalPorts = { readonly settings: { readonly url: string }; readonly log: Log }

const commonHeaders = (error: PortalError, requestId: string): Record<string, string> => ({
  'Cache-Control': 'no-store',
  'X-Request-Id': requestId,
  ...(error.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(error.retryAfterSeconds) }),
})

// RFC 9110 §11.6.1: a 401 names how to authenticate; RFC 6750 §3.1: so does a 403 for want of a permission.
const challenge = (error: PortalError): Record<string, string> => {
  const { status } = errorEntry(error.code)
  const concernsCredential = /^(credential|token)\./.test(error.code) && (status === 401 || status === 403)
  return concernsCredential ? { 'WWW-Authenticate': toBearerChallenge(error) } : {}
}

const oauthChallenge = (context: Context<ApiEnv>, error: PortalError): Record<string, string> =>
  // RFC 6749 §5.2: with the scheme by which the client tried.
  error.code === 'oauth.invalid_client' && context.req.header('authorization') !== undefined
    ? { 'WWW-Authenticate': 'Basic realm="latchkey", charset="UTF-8"' }
    : {}

/** Whatever a route threw, as a PortalError; what nobody expected is told to the log with the request id. */
export const toRefusal = ({ log }: RefusalPorts, thrown: unknown, requestId: string): PortalError => {
  const known = isPortalError(thrown) ? thrown : undefined
  if (known && errorEntry(known.code).status < 500) return known
  log.error(`request ${requestId} failed:`, thrown)
  return known ?? new PortalError('server.internal')
}

/** Renders a refusal in the words of its plane: OAuth errors below `/oauth/`, problem documents elsewhere. */
export const renderRefusal = (
  { settings }: RefusalPorts,
  context: Context<ApiEnv>,
  error: PortalError,
  headers: Readonly<Record<string, string>> = {},
): Response => {
  const { requestId } = originOf(context)
  const common = { ...commonHeaders(error, requestId), ...headers }
  if (context.req.path.startsWith('/oauth/')) {
    const { status, body } = toOAuthError(error)
    return Response.json(body, {
      status,
      headers: { ...common, Pragma: 'no-cache', ...oauthChallenge(context, error) },
    })
  }
  const problem = toProblem(error, { issuer: settings.url, requestId })
  return Response.json(problem, {
    status: problem.status,
    headers: { ...common, 'Content-Type': 'application/problem+json', ...challenge(error) },
  })
}
