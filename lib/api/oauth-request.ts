import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type ApiEnv, originOf } from '#lib/api/api-context.ts'
import { ASSERTION_TYPE } from '#lib/oauth/client-assertion.ts'
import type { OAuthMessage } from '#lib/oauth/oauth-message.ts'

/** The request as the authorization server reads it; its query is not part of it. */
export const messageOf = async ({ req }: Context<ApiEnv>): Promise<OAuthMessage> => ({
  authorization: req.header('authorization'),
  contentType: req.header('content-type'),
  dpop: req.header('dpop'),
  body: await req.text(),
})

/** The form fields by which a client with a key of its own proves who it is (RFC 7523 §2.2). */
export const assertionFields = {
  client_assertion_type: z.literal(ASSERTION_TYPE).optional(),
  client_assertion: z.string().optional().openapi({
    description:
      'A JWT by a registered key: iss = sub = client_id, aud the issuer, exp at most 5 minutes ahead, jti once.',
  }),
}

/** Headers of every good answer below `/oauth/`: RFC 6749 §5.1 asks for the first two. */
export const answerHeaders = (context: Context<ApiEnv>): Record<string, string> => ({
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
  'X-Request-Id': originOf(context).requestId,
})
