import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ApiEnv } from '#lib/api/api-context.ts'
import { assertionFields } from '#lib/api/assertion-fields.ts'
import { INTROSPECTION_TYPES } from '#lib/api/introspection-media-type.ts'
import { limitedResponses } from '#lib/api/limit-headers-document.ts'

const aboutToken = {
  token: z.string(),
  token_type_hint: z.string().optional().openapi({ description: 'Taken, and not needed.' }),
  client_id: z.string().optional().openapi({ description: 'Unless HTTP Basic names the client.' }),
  client_secret: z.string().optional(),
  ...assertionFields,
}

const introspectionForm = z
  .object({
    ...aboutToken,
    address: z.string().optional().openapi({
      description: 'IP address the token was presented from; without it, a token bound to addresses is not active.',
    }),
  })
  .openapi('IntrospectionRequest')

const revocationForm = z.object(aboutToken).openapi('RevocationRequest')

const introspection = z
  .object({
    active: z.boolean().openapi({ description: 'False stands alone.' }),
    scope: z.string().optional().openapi({ description: 'What it may do now; permission keys, separated by spaces.' }),
    client_id: z.string().optional(),
    username: z.string().optional().openapi({ description: 'E-mail address of the person it acts for.' }),
    token_type: z.enum(['Bearer', 'DPoP', 'N_A']).optional(),
    cnf: z.object({ jkt: z.string() }).optional().openapi({ description: 'The key it is bound to (RFC 9449 §6.2).' }),
    exp: z.number().int().optional(),
    iat: z.number().int().optional(),
    sub: z.string().optional(),
    aud: z.string().optional(),
    iss: z.string().optional(),
    jti: z.string().optional(),
    tenantId: z.string().optional(),
    type: z.enum(['userApiToken', 'tenantApiToken', 'userAccessToken', 'tenantAccessToken']).optional(),
  })
  .openapi('Introspection')

const REFUSALS = {
  400: { description: 'No token, or a repeated parameter (OAuth error)' },
  401: { description: 'invalid_client (OAuth error)' },
  403: { description: 'The address of the client is not allowed (OAuth error)' },
  429: { description: 'Too many requests of the token, the account or the address (OAuth error)' },
  503: { description: 'Nobody can say at present, or whether it was done: ask again (OAuth error)' },
} as const

const form = (schema: z.ZodType) => ({
  body: { required: true, content: { 'application/x-www-form-urlencoded': { schema } } },
})

/** Describes `/oauth/introspect` and `/oauth/revoke`, what a client asks and says of tokens; the door answers them. */
export const describeOnTokens = ({ openAPIRegistry }: OpenAPIHono<ApiEnv>): void => {
  const common = { method: 'post' as const, tags: ['OAuth'], security: [{ clientBasic: [] }, {}] }
  openAPIRegistry.registerPath({
    ...common,
    path: '/oauth/introspect',
    summary: 'How does this token stand? (RFC 7662)',
    request: form(introspectionForm),
    responses: limitedResponses({
      200: {
        description: 'How it stands now; signed (RFC 9701) where the Accept header asks for it',
        content: {
          [INTROSPECTION_TYPES.json]: { schema: introspection },
          [INTROSPECTION_TYPES.jwt]: { schema: z.string() },
        },
      },
      ...REFUSALS,
    }),
  })
  openAPIRegistry.registerPath({
    ...common,
    path: '/oauth/revoke',
    summary: 'End a refresh token or a bearer JWT, and all that came of the same exchange (RFC 7009)',
    request: form(revocationForm),
    responses: limitedResponses({
      200: { description: 'It has ended, or there was nothing to end; no body' },
      ...REFUSALS,
    }),
  })
}
