import 'server-only'
import { portal } from '#app/portal.ts'
import { readRequestOrigin } from '#lib/api/request-origin.ts'

/**
 * The API behind Next, for hosts that run without `server/serve.ts`: the same app, the same answers. No edge saw the
 * request, so nobody knows its address, and tokens that are bound to addresses are refused.
 */
export const answerByApi = async (request: Request): Promise<Response> => {
  const origin = readRequestOrigin(request.headers)
  const response = await portal().api.fetch(request, { origin })
  response.headers.set('X-Request-Id', origin.requestId)
  response.headers.set('X-Content-Type-Options', 'nosniff')
  return response
}
