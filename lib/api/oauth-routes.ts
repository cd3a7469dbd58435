import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { type ApiEnv, toResponse, wireRequestOf } from '#lib/api/api-context.ts'
import { assertionFields } from '#lib/api/assertion-fields.ts'
import { limitBody } from '#lib/api/limit-body.ts'
import { limitedResponses } from '#lib/api/limit-headers-document.ts'
import { OAUTH_DOOR_PATHS } from '#lib/api/oauth-door.ts'
import { describeOnTokens } from '#lib/api/oauth-routes-on-tokens.ts'
import type { WireBodyDoor } from '#lib/api/wire.ts'
import { JWKS_CACHE_SECONDS } from '#lib/keys/key-times.ts'
import type { oauthUseCases } from '#lib/oauth/oauth-use-cases.ts'

/** What the routes ask. */
export type OAuthRoutesPorts = { readonly oauth: Pick<ReturnType<typeof oauthUseCases>, 'metadata' | 'keys'> }

// Shorter than a key is published before it signs: whoever remembers this has met the key by then.
const PUBLISHED = { 'Cache-Control': `public, max-age=${JWKS_CACHE_SECONDS}` }

const tokenForm = z
  .object({
    grant_type: z.enum(['client_credentials', 'refresh_token']),
    client_id: z.string().optional().openapi({ description: 'Unless HTTP Basic names the client.' }),
    client_secret: z.string().optional(),
    ...assertionFields,
    refresh_token: z.string().optional(),
    scope: z.string().optional().openapi({ description: 'Permission keys, separated by spaces, to narrow to.' }),
    resource: z.string().optional().openapi({ description: 'An audience of the environment (RFC 8707).' }),
  })
  .openapi('TokenRequest')

const bearerAnswer = z
  .object({
    access_token: z.string(),
    token_type: z.enum(['Bearer', 'DPoP']),
    expires_in: z.number().int().openapi({ description: 'Seconds.' }),
    refresh_token: z.string().optional().openapi({ description: 'Where the client gets any.' }),
    scope: z.string().optional(),
  })
  .openapi('TokenAnswer')

const oauthError = z.object({ error: z.string(), error_description: z.string() }).openapi('OAuthError')

const refused = (description: string) => ({
  description,
  content: { 'application/json': { schema: oauthError } },
})

const register = ({ openAPIRegistry }: OpenAPIHono<ApiEnv>): void => {
  openAPIRegistry.registerPath({
    method: 'post',
    path: '/oauth/token',
    summary: 'Exchange client credentials or a refresh token for a bearer JWT (RFC 6749)',
    tags: ['OAuth'],
    security: [{ clientBasic: [] }, {}],
    request: {
      headers: z.object({
        dpop: z.string().optional().openapi({ description: 'A proof; the JWT is bound to its key (RFC 9449 §5).' }),
      }),
      body: { required: true, content: { 'application/x-www-form-urlencoded': { schema: tokenForm } } },
    },
    responses: limitedResponses({
      200: { description: 'A bearer JWT (RFC 9068)', content: { 'application/json': { schema: bearerAnswer } } },
      400: refused('RFC 6749 §5.2'),
      401: refused('invalid_client'),
      403: refused('The address is not allowed'),
      429: refused('Too many requests of the token, the account or the address'),
      503: refused('Try again in a moment'),
    }),
  })
  for (const [path, summary] of [
    ['/.well-known/oauth-authorization-server', 'Metadata of the authorization server (RFC 8414)'],
    ['/.well-known/jwks.json', 'Public keys that verify what is issued here (RFC 7517)'],
  ] as const) {
    openAPIRegistry.registerPath({
      method: 'get',
      path,
      summary,
      tags: ['OAuth'],
      responses: { 200: { description: 'JSON', content: { 'application/json': { schema: z.object({}) } } } },
    })
  }
}

/** `/oauth/token`, `/oauth/introspect`, `/oauth/revoke`, and what clients and verifiers read: `/.well-known/oauth-authorization-server`, `/.well-known/jwks.json`. */
export const addOAuthRoutes = (app: OpenAPIHono<ApiEnv>, { oauth }: OAuthRoutesPorts, door: WireBodyDoor): void => {
  register(app)
  describeOnTokens(app)
  for (const path of OAUTH_DOOR_PATHS)
    app.post(path, limitBody, async (context) => {
      const answered = await door(wireRequestOf(context), () => context.req.text())
      return answered ? toResponse(answered) : context.notFound()
    })
  app.get('/.well-known/oauth-authorization-server', async () =>
    Response.json(await oauth.metadata(), { headers: PUBLISHED }),
  )
  app.get('/.well-known/jwks.json', async () => Response.json(await oauth.keys(), { headers: PUBLISHED }))
}
