import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { LIMITS } from '#lib/config/limits.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

const refuse = (): never => {
  throw new PortalError('request.too_large')
}

const countBody = bodyLimit({ maxSize: LIMITS.bodyBytes, onError: refuse })

/**
 * Refuses bodies over 64 KB with `request.too_large`, also where no edge stands before the API. One whose length is said
 * is no longer than that (RFC 9112 §6.2); only others are counted, which takes a whole Request to be made.
 */
export const limitBody: MiddlewareHandler = (context, next) => {
  const length = context.req.header('content-length')
  if (length === undefined || context.req.header('transfer-encoding') !== undefined) return countBody(context, next)
  return Number(length) <= LIMITS.bodyBytes ? next() : refuse()
}
