import { bodyLimit } from 'hono/body-limit'
import { LIMITS } from '#lib/config/limits.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

/** Refuses bodies over 64 KB with `request.too_large`, also where no edge stands before the API. */
export const limitBody = bodyLimit({
  maxSize: LIMITS.bodyBytes,
  onError: () => {
    throw new PortalError('request.too_large')
  },
})
