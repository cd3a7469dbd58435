import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorEntry } from '#lib/errors/errors.ts'
import type { Log } from '#lib/errors/log.ts'
import { toOAuthError } from '#lib/errors/oauth-error.ts'
import { isPortalError, PortalError } from '#lib/errors/portal-error.ts'
import { toProblem } from '#lib/errors/problem.ts'
import { bodyFormOf, endAfterLingering } from '#server/edge-body.ts'
import { isCanonicalTarget, pathOf } from '#server/edge-target.ts'

type Refusal = {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** What a refusal needs to know of its request. */
export type RefusalContext = {
  /** The portal's own URL. */
  readonly url: string
  readonly requestId: string
  /** The canonical path; undefined when the target was not understood. */
  readonly path: string | undefined
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const STYLE =
  ':root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:20vh auto 0;padding:0 1rem}'

const toPage = (error: PortalError, { url, requestId }: RefusalContext): string => {
  const { title, message } = errorEntry(error.code)
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title><meta name="viewport" content="width=device-width,initial-scale=1"><style>${STYLE}</style></head><body><main><h1>${escape(title)}</h1><p>${escape(error.detail ?? message)}</p><p>Request <code>${requestId}</code></p><p><a href="${escape(url)}/">To the portal</a></p></main></body></html>`
}

const accepts = (request: IncomingMessage, type: string): boolean => request.headers.accept?.includes(type) === true

const render = (request: IncomingMessage, error: PortalError, context: RefusalContext): Refusal => {
  if (context.path?.startsWith('/oauth')) {
    const { status, body } = toOAuthError(error)
    return { status, type: 'application/json', body: JSON.stringify(body) }
  }
  const problem = toProblem(error, { issuer: context.url, requestId: context.requestId })
  if (accepts(request, 'text/html')) {
    return { status: problem.status, type: 'text/html; charset=utf-8', body: toPage(error, context) }
  }
  return { status: problem.status, type: 'application/problem+json', body: JSON.stringify(problem) }
}

/**
 * Answers a refusal of the edge: a problem document, an OAuth error under /oauth, or a small page for who asked for
 * one. A request whose body was not read ends its connection, after the answer has arrived.
 */
export const refuse = (
  request: IncomingMessage,
  response: ServerResponse,
  error: PortalError,
  context: RefusalContext,
): void => {
  const { status, type, body } = render(request, error, context)
  const unread = bodyFormOf(request) !== 'none'
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'Content-Security-Policy': `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'`,
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    ...(error.retryAfterSeconds === undefined ? {} : { 'Retry-After': error.retryAfterSeconds }),
    ...(status === 405 ? { Allow: 'GET, HEAD, POST' } : {}),
    ...(unread ? { Connection: 'close' } : {}),
  })
  if (request.method !== 'HEAD') response.write(body)
  if (unread) endAfterLingering(request, response)
  else response.end()
}

type ThrownContext = { readonly url: string; readonly requestId: string; readonly log: Log }

/** Answers what was thrown while a request was answered: as a refusal, or by cutting off an answer that has begun. */
export const refuseThrown = (
  request: IncomingMessage,
  response: ServerResponse,
  thrown: unknown,
  { url, requestId, log }: ThrownContext,
): void => {
  if (!isPortalError(thrown)) log.error('the request failed:', thrown, { requestId })
  if (response.headersSent) {
    response.destroy()
    return
  }
  const error = isPortalError(thrown) ? thrown : new PortalError('server.internal')
  const target = request.url ?? ''
  refuse(request, response, error, { url, requestId, path: isCanonicalTarget(target) ? pathOf(target) : undefined })
}
