import type { Context } from 'hono'
import type { Principal } from '#lib/access/principal.ts'
import { type RequestOrigin, readRequestOrigin } from '#lib/api/request-origin.ts'

/** What the API's routes run in: the edge hands the origin beside the request; Next's mounts do not. */
export type ApiEnv = {
  readonly Bindings: { readonly origin?: RequestOrigin }
  readonly Variables: {
    origin: RequestOrigin
    /** Permissions that were asked of a credential. */
    scope: readonly string[]
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
