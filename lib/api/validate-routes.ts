import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { isPermissionKey } from '#lib/access/permission.ts'
import { type ApiEnv, originOf } from '#lib/api/api-context.ts'
import { presentedCredential } from '#lib/api/presented-credential.ts'
import { type ProofReader, proofByHeaders, proofByQuery, proofHere } from '#lib/api/presented-proof.ts'
import { validationBody, validationHeaders } from '#lib/api/validation-answer.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Validation, ValidationRequest } from '#lib/verdict/validate.ts'

/** What the routes ask. */
export type ValidateRoutesPorts = {
  readonly validate: (request: ValidationRequest) => Promise<Validation>
  readonly proofNonce: () => string
  readonly settings: { readonly url: string }
}

type Asked = Pick<ValidationRequest, 'permissions' | 'audience'>

const PERMISSIONS_MAX = 50

const NOTHING_ASKED: Asked = { permissions: [], audience: undefined }
const QUERY_NAMES = new Set(['permission', 'audience', 'method', 'url', 'nonce'])

const requirements = (permissions: readonly string[], audiences: readonly string[]): Asked => {
  if (permissions.length > PERMISSIONS_MAX || !permissions.every(isPermissionKey))
    throw new PortalError('request.malformed', { detail: 'A permission is written resource:action.' })
  if (audiences.length > 1) throw new PortalError('request.malformed', { detail: 'Ask for one audience.' })
  return { permissions, audience: audiences[0] }
}

const listed = (header: string | null): readonly string[] => header?.split(/[\s,]+/).filter((key) => key !== '') ?? []

const fromHeaders = ({ req }: Context<ApiEnv>): Asked => {
  const { headers } = req.raw
  const permissions = headers.get('x-latchkey-permission')
  const audience = headers.get('x-latchkey-audience')
  // The common request asks for nothing: nothing is parsed for it.
  return permissions === null && audience === null ? NOTHING_ASKED : requirements(listed(permissions), listed(audience))
}

// A parameter that nobody knows may be a misspelt requirement: passing over it would let the wrong ones in.
const fromQuery = ({ req }: Context<ApiEnv>): Asked => {
  if (!req.url.includes('?')) return NOTHING_ASKED
  const queries = req.queries()
  const unknown = Object.keys(queries).find((name) => !QUERY_NAMES.has(name))
  if (unknown !== undefined)
    throw new PortalError('request.malformed', {
      detail: 'The parameters are permission and audience; and method, url and nonce for DPoP.',
    })
  return requirements(queries['permission'] ?? [], queries['audience'] ?? [])
}

// A proxy that was pointed here instead of at /api/v1/validate/ has its requirements met as well.
const fromBoth = (context: Context<ApiEnv>): Asked => {
  const query = fromQuery(context)
  const told = fromHeaders(context)
  if (told === NOTHING_ASKED) return query
  const audiences = new Set([query.audience, told.audience].filter((audience) => audience !== undefined))
  return requirements([...query.permissions, ...told.permissions], [...audiences])
}

const answerWith =
  ({ validate, proofNonce }: ValidateRoutesPorts, askedIn: (context: Context<ApiEnv>) => Asked, proofIn: ProofReader) =>
  async (context: Context<ApiEnv>): Promise<Response> => {
    const { address, agent, requestId } = originOf(context)
    const asked = askedIn(context)
    if (asked.permissions.length > 0) context.set('scope', asked.permissions)
    const presented = presentedCredential(context.req.raw.headers)
    const proof = presented.header === 'dpop' ? proofIn(context) : undefined
    const validation = await validate({ presented, ...asked, address, agent, proof })
    const headers: Record<string, string> = {
      ...validationHeaders(validation, asked.permissions),
      'X-Request-Id': requestId,
    }
    // RFC 9449 §8.2: so that the client's next proof has a nonce that is good.
    if (proof) headers['DPoP-Nonce'] = proofNonce()
    return new Response(validationBody(validation), { headers })
  }

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
  400: { description: 'Two credentials, or a malformed requirement (problem document)' },
  401: { description: 'No credential, or not a good one (problem document)' },
  403: { description: 'A permission or the address is missing (problem document)' },
  503: { description: 'No answer can be stood by at present (problem document)' },
} as const

const documented = (method: 'get' | 'post', path: string, summary: string) =>
  createRoute({
    method,
    path,
    summary,
    tags: ['Validation'],
    security: [{ apiKey: [] }, { bearer: [] }, { dpop: [] }],
    ...(path.endsWith('/validate')
      ? {
          request: {
            query: z.object({
              permission: z.array(z.string()).optional().openapi({ description: 'All of them are needed.' }),
              audience: z.string().optional(),
              method: z.string().optional().openapi({ description: 'Of the request that a DPoP proof is for.' }),
              url: z.string().optional().openapi({ description: 'Of that request, as the client wrote it; absolute.' }),
              nonce: z.enum(['required']).optional().openapi({ description: 'Ask for a nonce in DPoP proofs.' }),
            }),
          },
        }
      : {}),
    responses: {
      200: { description: 'Good now', content: { 'application/json': { schema: validationSchema } } },
      ...REFUSALS,
    },
  })

/**
 * `/api/v1/validate` (requirements in the query), `/api/v1/validate/*` (any method, for gateways: requirements in
 * X-Latchkey-Permission and X-Latchkey-Audience, path and query are the client's) and `/api/v1/me`. A JWT that is bound
 * to a key needs a proof for the request it came with (RFC 9449 §7).
 */
export const addValidateRoutes = (app: OpenAPIHono<ApiEnv>, ports: ValidateRoutesPorts): void => {
  const { openAPIRegistry } = app
  openAPIRegistry.registerPath(documented('get', '/api/v1/validate', 'Is this credential good?'))
  openAPIRegistry.registerPath(documented('post', '/api/v1/validate', 'Is this credential good?'))
  openAPIRegistry.registerPath(documented('get', '/api/v1/me', 'What does this credential hold?'))
  app.on(['GET', 'POST'], '/api/v1/validate', answerWith(ports, fromBoth, proofByQuery))
  // Not `/*`, which would match the path above as well: Hono answers a path with one handler twice as fast.
  for (const path of ['/api/v1/validate/', '/api/v1/validate/:path{.+}'])
    app.all(path, answerWith(ports, fromHeaders, proofByHeaders))
  app.get(
    '/api/v1/me',
    answerWith(ports, () => NOTHING_ASKED, proofHere(`${ports.settings.url}/api/v1/me`)),
  )
}
