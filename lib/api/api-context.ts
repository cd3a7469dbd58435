import type { Context } from 'hono'
import type { Principal } from '#lib/access/principal.ts'
import { type RequestOrigin, readRequestOrigin } from '#lib/api/request-origin.ts'
import type { WireAnswer, WireRequest } from '#lib/api/wire.ts'

/** What the API's routes run in: the edge hands the origin beside the request; Next's mounts do not. */
export type ApiEnv = {
  readonly Bindings: { readonly origin?: RequestOrigin }
  readonly Variables: {
    origin: RequestOrigin
    /** The signed-in person, on management routes. */
    principal: Principal
  }
}

/** Where this request came from; the same object, and so the same request id, throughout the request. */
export const originOf = (context: Context<ApiEnv>): RequestOrigin => {
  // Without bindings (`app.request`) Hono's env is undefined.
  const bindings: ApiEnv['Bindings'] | undefined = context.env
  const known = bindings?.origin ?? context.get('origin')
  if (known) return known
  const origin = readRequestOrigin(context.req.raw.headers)
  context.set('origin', origin)
  return origin
}

/** The request of a route, as doors read it. */
export const wireRequestOf = (context: Context<ApiEnv>): WireRequest => {
  const { method, path, url, raw } = context.req
  const query = url.indexOf('?')
  return {
    method,
    path,
    query: query === -1 ? '' : url.slice(query + 1),
    header: (name) => raw.headers.get(name) ?? undefined,
    origin: originOf(context),
  }
}

/** An answer of a door, as a route answers it. */
export const toResponse = ({ status, headers, body }: WireAnswer): Response =>
  // An empty text would be given a type. Its length is said, or it would travel as chunks of nothing.
  body === ''
    ? new Response(null, { status, headers: { ...headers, 'Content-Length': '0' } })
    : new Response(body, { status, headers })
