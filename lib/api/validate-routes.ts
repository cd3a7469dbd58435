import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type ApiEnv, toResponse, wireRequestOf } from '#lib/api/api-context.ts'
import { limitedResponses } from '#lib/api/limit-headers-document.ts'
import { refusedBy } from '#lib/api/problem-document.ts'
import type { WireDoor } from '#lib/api/wire.ts'

const validationSchema = z
  .object({
    active: z.literal(true),
    token: z.object({
      id: z.string(),
      context: z.enum(['user', 'tenant']),
      type: z.enum(['client_credentials', 'access_token']),
      name: z.string(),
      expiresAt: z.string().nullable(),
    }),
    tenant: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), email: z.string(), name: z.string() }).optional(),
    audience: z.string(),
    roles: z.array(z.string()),
    permissions: z.array(z.string()),
    metadata: z.record(z.string(), z.unknown()),
  })
  .openapi('Validation')

const REFUSALS = {
  400: refusedBy('Two credentials, or a malformed requirement'),
  401: refusedBy('No credential, or not a good one'),
  403: refusedBy('A permission is missing, or the address is not allowed'),
  429: refusedBy('Too many requests of the token, the account or the address'),
  503: refusedBy('No answer can be stood by at present'),
} as const

const REQUIREMENTS = {
  query: z.object({
    permission: z.array(z.string()).optional().openapi({ description: 'All of them are needed.' }),
    audience: z.string().optional(),
    method: z.string().optional().openapi({ description: 'Of the request that a DPoP proof is for.' }),
    url: z.string().optional().openapi({ description: 'Of that request, as the client wrote it; absolute.' }),
    nonce: z.enum(['required']).optional().openapi({ description: 'Ask for a nonce in DPoP proofs.' }),
  }),
}

const GATEWAYS_REQUIREMENTS = {
  params: z.object({ path: z.string().openapi({ description: 'The client’s, of any length; it is not read.' }) }),
  headers: z.object({
    'X-Latchkey-Permission': z
      .string()
      .optional()
      .openapi({ description: 'Permissions with spaces or commas between them: all are needed.' }),
    'X-Latchkey-Audience': z.string().optional(),
    'X-Latchkey-Method': z.string().optional().openapi({ description: 'Of the request that a DPoP proof is for.' }),
    'X-Latchkey-Url': z
      .string()
      .optional()
      .openapi({ description: 'Of that request, as the client wrote it; absolute.' }),
    'X-Latchkey-DPoP-Nonce': z
      .enum(['required'])
      .optional()
      .openapi({ description: 'Ask for a nonce in DPoP proofs.' }),
  }),
}

const documented = (method: 'get' | 'post', path: string, summary: string, request = {}) =>
  createRoute({
    method,
    path,
    summary,
    tags: ['Validation'],
    security: [{ apiKey: [] }, { bearer: [] }, { dpop: [] }],
    request,
    responses: limitedResponses({
      200: { description: 'Good now', content: { 'application/json': { schema: validationSchema } } },
      ...REFUSALS,
    }),
  })

/** The routes of validation: described for `/api/v1/openapi.json`, answered by the door. */
export const addValidateRoutes = (app: OpenAPIHono<ApiEnv>, door: WireDoor): void => {
  const { openAPIRegistry } = app
  openAPIRegistry.registerPath(documented('get', '/api/v1/validate', 'Is this credential good?', REQUIREMENTS))
  openAPIRegistry.registerPath(documented('post', '/api/v1/validate', 'Is this credential good?', REQUIREMENTS))
  openAPIRegistry.registerPath(
    documented('get', '/api/v1/validate/{path}', 'The same for gateways, by any method', GATEWAYS_REQUIREMENTS),
  )
  openAPIRegistry.registerPath(documented('get', '/api/v1/me', 'What does this credential hold?'))
  const answer = async (context: Context<ApiEnv>): Promise<Response> => {
    const answered = await door(wireRequestOf(context))
    return answered ? toResponse(answered) : context.notFound()
  }
  app.on(['GET', 'POST'], '/api/v1/validate', answer)
  for (const path of ['/api/v1/validate/', '/api/v1/validate/:path{.+}']) app.all(path, answer)
  app.get('/api/v1/me', answer)
}
