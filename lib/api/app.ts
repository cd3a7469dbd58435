import { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiEnv } from '#lib/api/api-context.ts'
import { originOf } from '#lib/api/api-context.ts'
import { type RefusalPorts, renderRefusal, toRefusal } from '#lib/api/render-refusal.ts'
import { addValidateRoutes, type ValidateRoutesPorts } from '#lib/api/validate-routes.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

/** What the API's routes ask of the product. */
export type ApiPorts = RefusalPorts & ValidateRoutesPorts

/** The API as one app: its routes carry their schemas, from which `/api/v1/openapi.json` is generated. */
export const createApi = (ports: ApiPorts): OpenAPIHono<ApiEnv> => {
  const app = new OpenAPIHono<ApiEnv>()
  addValidateRoutes(app, ports)
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-KEY',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' })
  app.doc31('/api/v1/openapi.json', { openapi: '3.1.0', info: { title: 'Latchkey', version: '1' } })
  app.notFound((context) => renderRefusal(ports, context, new PortalError('resource.not_found')))
  app.onError((thrown, context) => {
    const error = toRefusal(ports, thrown, originOf(context).requestId)
    const allow = context.get('allow')
    return renderRefusal(ports, context, error, error.code === 'request.method' && allow ? { Allow: allow } : {})
  })
  return app
}
