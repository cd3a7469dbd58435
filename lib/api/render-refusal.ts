import { HTTPException } from 'hono/http-exception'
import { limitHeaders } from '#lib/api/limit-headers.ts'
import { isDPoP } from '#lib/api/presented-credential.ts'
import type { WireAnswer, WireRequest } from '#lib/api/wire.ts'
import { errorEntry } from '#lib/errors/errors.ts'
import type { Log } from '#lib/errors/log.ts'
import { toBearerChallenge, toDPoPChallenge, toOAuthError } from '#lib/errors/oauth-error.ts'
import { isPortalError, PortalError } from '#lib/errors/portal-error.ts'
import { toProblem } from '#lib/errors/problem.ts'
import type { Tally } from '#lib/errors/tally.ts'
import type { LimitNotes } from '#lib/policy/limit-requests.ts'
import { PROOF_ALGORITHMS } from '#lib/verdict/proof-key.ts'

/** What rendering refusals needs: the portal's own URL, and somewhere to tell what was not expected. */
export type RefusalPorts = {
  readonly settings: { readonly url: string }
  readonly log: Log
  readonly proofNonce: () => string
  /** Counts refusals, each by the plane it was given on and its code. */
  readonly refusals: Tally
}

/** How a refused request was made, and what it asked of a credential. */
export type RefusedRequest = Pick<WireRequest, 'path' | 'header' | 'origin'> & {
  /** Permissions that were asked of a credential. */
  readonly scope?: readonly string[] | undefined
  /** The methods that work where another was tried. */
  readonly allow?: readonly string[]
  /** What its limits said of it. */
  readonly limitNotes?: LimitNotes
}

// A store that is away is mostly a full disk or a failover: neither is over in less.
const UNAVAILABLE_SECONDS = 1

const retryAfter = ({ retryAfterSeconds, code }: PortalError): number | undefined =>
  retryAfterSeconds ?? (errorEntry(code).status === 503 ? UNAVAILABLE_SECONDS : undefined)

const commonHeaders = (
  { origin, allow = [], limitNotes }: RefusedRequest,
  error: PortalError,
): Record<string, string> => {
  const seconds = retryAfter(error)
  return {
    'Cache-Control': 'no-store',
    'X-Request-Id': origin.requestId,
    ...(seconds === undefined ? {} : { 'Retry-After': String(seconds) }),
    ...(allow.length > 0 ? { Allow: allow.join(', ') } : {}),
    ...limitHeaders(limitNotes),
  }
}

// RFC 9449 §7.1 and §7.2: in the scheme that was tried, unless only the other can succeed; both to who tried none.
const challengeFor = ({ header }: RefusedRequest, error: PortalError, scope: readonly string[] | undefined): string => {
  const bearer = (): string => toBearerChallenge(error, scope)
  const dpop = (): string => toDPoPChallenge(error, PROOF_ALGORITHMS, scope)
  if (error.code === 'credential.missing') return `${bearer()}, ${dpop()}`
  if (error.code === 'credential.bound' || error.code === 'token.dpop_required') return dpop()
  if (error.code === 'credential.unbound') return bearer()
  return isDPoP(header('authorization')) ? dpop() : bearer()
}

// RFC 9449 §8 and §9: a refused proof hears of the nonce that the next should have.
const nonceHeader = ({ proofNonce }: RefusalPorts, { code }: PortalError): Record<string, string> =>
  /^(?:credential\.dpop_|oauth\.\w*dpop_)/.test(code) ? { 'DPoP-Nonce': proofNonce() } : {}

// RFC 9110 §11.6.1: a 401 names how to authenticate; RFC 6750 §3.1: so does a 403 for want of a permission.
const challenge = (refused: RefusedRequest, error: PortalError): Record<string, string> => {
  const { status } = errorEntry(error.code)
  const concernsCredential = /^(credential|token)\./.test(error.code) && (status === 401 || status === 403)
  if (!concernsCredential) return {}
  const scope = error.code === 'token.permission' ? refused.scope : undefined
  return { 'WWW-Authenticate': challengeFor(refused, error, scope) }
}

const oauthChallenge = ({ header }: RefusedRequest, error: PortalError): Record<string, string> =>
  // RFC 6749 §5.2: with the scheme by which the client tried.
  error.code === 'oauth.invalid_client' && header('authorization') !== undefined
    ? { 'WWW-Authenticate': 'Basic realm="latchkey", charset="UTF-8"' }
    : {}

// What Hono's own parts refuse: bodies that are no JSON, or of another type.
const fromHono = (thrown: unknown): PortalError | undefined => {
  if (!(thrown instanceof HTTPException)) return undefined
  if (thrown.status === 400) return new PortalError('request.malformed', { detail: 'The body is no JSON.' })
  return thrown.status === 415 ? new PortalError('request.media_type') : undefined
}

/** Whatever a route threw, as a PortalError; what nobody expected is told to the log with the request id. */
export const toRefusal = ({ log }: RefusalPorts, thrown: unknown, requestId: string): PortalError => {
  const known = isPortalError(thrown) ? thrown : fromHono(thrown)
  if (known && errorEntry(known.code).status < 500) return known
  // A store that is away is one line for each request it failed; a stack says nothing new about it.
  if (known)
    log.error(`the request failed: ${known.code} ${known.internal ?? ''}`.trimEnd(), known.cause, { requestId })
  else log.error('the request failed:', thrown, { requestId })
  return known ?? new PortalError('server.internal')
}

const renderOAuth = (ports: RefusalPorts, refused: RefusedRequest, error: PortalError): WireAnswer => {
  const { status, body } = toOAuthError(error)
  return {
    // RFC 9110 §15.5.6 comes before RFC 6749 §5.2: no request for a token was made.
    status: error.code === 'request.method' ? 405 : status,
    headers: {
      ...commonHeaders(refused, error),
      'Content-Type': 'application/json',
      Pragma: 'no-cache',
      ...oauthChallenge(refused, error),
      ...nonceHeader(ports, error),
    },
    body: JSON.stringify(body),
  }
}

const planeOf = (path: string): string => {
  if (path.startsWith('/oauth/')) return 'oauth'
  return path.startsWith('/api/v1/validate') || path === '/api/v1/me' ? 'validation' : 'management'
}

/** Renders a refusal in the words of its plane: OAuth errors below `/oauth/`, problem documents elsewhere. */
export const renderRefusal = (ports: RefusalPorts, refused: RefusedRequest, error: PortalError): WireAnswer => {
  ports.refusals.add(`${planeOf(refused.path)} ${error.code}`)
  if (refused.path.startsWith('/oauth/')) return renderOAuth(ports, refused, error)
  const problem = toProblem(error, { issuer: ports.settings.url, requestId: refused.origin.requestId })
  return {
    status: problem.status,
    headers: {
      ...commonHeaders(refused, error),
      'Content-Type': 'application/problem+json',
      ...challenge(refused, error),
      ...nonceHeader(ports, error),
    },
    body: JSON.stringify(problem),
  }
}
