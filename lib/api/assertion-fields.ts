import { z } from '@hono/zod-openapi'
import { ASSERTION_TYPE } from '#lib/oauth/client-assertion.ts'

/** The form fields by which a client with a key of its own proves who it is (RFC 7523 §2.2). */
export const assertionFields = {
  client_assertion_type: z.literal(ASSERTION_TYPE).optional(),
  client_assertion: z.string().optional().openapi({
    description:
      'A JWT by a registered key: iss = sub = client_id, aud the issuer, exp at most 5 minutes ahead, jti once.',
  }),
}
