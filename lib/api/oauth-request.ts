import type { Context } from 'hono'
import { type ApiEnv, originOf } from '#lib/api/api-context.ts'
import type { OAuthMessage } from '#lib/oauth/oauth-message.ts'

/** The request as the authorization server reads it; its query is not part of it. */
export const messageOf = async ({ req }: Context<ApiEnv>): Promise<OAuthMessage> => ({
  authorization: req.header('authorization'),
  contentType: req.header('content-type'),
  body: await req.text(),
})

/** Headers of every good answer below `/oauth/`: RFC 6749 §5.1 asks for the first two. */
export const answerHeaders = (context: Context<ApiEnv>): Record<string, string> => ({
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
  'X-Request-Id': originOf(context).requestId,
})
