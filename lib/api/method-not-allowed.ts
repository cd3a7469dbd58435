import type { Context } from 'hono'
import type { ApiEnv } from '#lib/api/api-context.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

/** A last route of a path: throws `request.method`, and names those that work in `Allow` (RFC 9110 §15.5.6). */
export const methodNotAllowed =
  (allow: string) =>
  (context: Context<ApiEnv>): never => {
    context.set('allow', allow)
    throw new PortalError('request.method')
  }
