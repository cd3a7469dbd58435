import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiEnv } from '#lib/api/api-context.ts'
import { describeLimitHeaders } from '#lib/api/limit-headers-document.ts'

const PATH = '/api/v1/openapi.json'

const securityBy = (sessionName: string) =>
  ({
    apiKey: { type: 'apiKey', in: 'header', name: 'X-API-KEY', description: 'An access token.' },
    bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A bearer JWT from /oauth/token.' },
    dpop: { type: 'http', scheme: 'dpop', bearerFormat: 'JWT', description: 'A bearer JWT that is bound to a key.' },
    clientBasic: { type: 'http', scheme: 'basic', description: 'Client id and secret (RFC 6749 §2.3.1).' },
    session: { type: 'apiKey', in: 'cookie', name: sessionName, description: 'A signed-in browser.' },
  }) as const

/** What the document says of this deployment. */
export type DocumentedDeployment = {
  readonly url: string
  /** The session cookie's name, which on https is another one. */
  readonly sessionName: string
}

/** `/api/v1/openapi.json`: what the routes say of themselves, made when it is first asked for. */
export const addOpenApiDocument = (app: OpenAPIHono<ApiEnv>, { url, sessionName }: DocumentedDeployment): void => {
  for (const [name, scheme] of Object.entries(securityBy(sessionName)))
    app.openAPIRegistry.registerComponent('securitySchemes', name, scheme)
  describeLimitHeaders(app)
  let text: string | undefined
  app.get(PATH, () => {
    text ??= JSON.stringify(
      app.getOpenAPI31Document({
        openapi: '3.1.0',
        info: { title: 'Latchkey', version: '1', description: 'Machine-to-machine tokens: issue, exchange, validate.' },
        servers: [{ url }],
      }),
    )
    return new Response(text, { headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' } })
  })
}
