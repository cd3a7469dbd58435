import type { Context } from 'hono'
import type { Principal } from '#lib/access/principal.ts'
import { type RequestOrigin, readRequestOrigin } from '#lib/api/request-origin.ts'

/** What the API's routes run in: the edge hands the origin beside the request; Next's mounts do not. */
export type ApiEnv = {
  readonly Bindings: { readonly origin?: RequestOrigin }
  readonly Variables: {
    origin: RequestOrigin
    /** Methods that work where another was tried. */
    allow: string
    /** Permissions that were asked of a credential. */
    scope: readonly string[]
    /** The signed-in person, on management routes. */
    principal: Principal
  }
}

/** Where this request came from; the same object, and so the same request id, throughout the request. */
export const originOf = (context: Context<ApiEnv>): RequestOrigin => {
  const known = context.get('origin')
  if (known) return known
  // Without bindings (`app.request`, Next's mounts) Hono's env is undefined.
  const bindings: ApiEnv['Bindings'] | undefined = context.env
  const origin = bindings?.origin ?? readRequestOrigin(context.req.raw.headers)
  context.set('origin', origin)
  return origin
}
