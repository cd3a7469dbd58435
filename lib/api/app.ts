import { OpenAPIHono } from '@hono/zod-openapi'
import { allowedMethods } from '#lib/api/allowed-methods.ts'
import { type ApiEnv, originOf, toResponse, wireRequestOf } from '#lib/api/api-context.ts'
import { addCalendarRoutes, type CalendarRoutesPorts } from '#lib/api/calendar-routes.ts'
import { addLeakRoutes, type LeakRoutesPorts } from '#lib/api/leak-routes.ts'
import { createOAuthDoor, type OAuthDoorPorts } from '#lib/api/oauth-door.ts'
import { addOAuthRoutes, type OAuthRoutesPorts } from '#lib/api/oauth-routes.ts'
import { addOpenApiDocument } from '#lib/api/openapi-document.ts'
import { type RefusalPorts, renderRefusal, toRefusal } from '#lib/api/render-refusal.ts'
import { addTokenRoutes, type TokenRoutesPorts } from '#lib/api/token-routes.ts'
import { addValidateRoutes } from '#lib/api/validate-routes.ts'
import { createValidationDoor, type ValidationDoorPorts } from '#lib/api/validation-door.ts'
import type { WireBodyDoor, WireDoor } from '#lib/api/wire.ts'
import { invalidInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

/** What the API's routes ask of the product. */
export type ApiPorts = RefusalPorts &
  ValidationDoorPorts &
  OAuthRoutesPorts &
  OAuthDoorPorts &
  TokenRoutesPorts &
  LeakRoutesPorts &
  CalendarRoutesPorts

/** The API as a fetch handler, and the doors by which a server answers what is asked often without a fetch `Request`. */
export type Api = OpenAPIHono<ApiEnv> & { readonly validationDoor: WireDoor; readonly oauthDoor: WireBodyDoor }

/**
 * The API as one app: its routes carry their schemas, from which `/api/v1/openapi.json` is generated. Whatever they
 * throw becomes a problem document (RFC 9457), below `/oauth/` an OAuth error (RFC 6749 §5.2).
 */
export const createApi = (ports: ApiPorts): Api => {
  const validationDoor = createValidationDoor(ports)
  const oauthDoor = createOAuthDoor(ports)
  const app = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidInput(result.error)
    },
  })
  // First, and with nothing before them: validation is what everybody waits for.
  addValidateRoutes(app, validationDoor)
  addOAuthRoutes(app, ports, oauthDoor)
  addTokenRoutes(app, ports)
  addLeakRoutes(app, ports)
  addCalendarRoutes(app, ports)
  addOpenApiDocument(app, { url: ports.settings.url, sessionName: ports.signIn.cookies.sessionName })
  const allowedAt = allowedMethods(app.routes)
  app.notFound((context) => {
    const allow = allowedAt(context.req.path)
    const error = new PortalError(allow.length > 0 ? 'request.method' : 'resource.not_found')
    return toResponse(renderRefusal(ports, { ...wireRequestOf(context), allow }, error))
  })
  app.onError((thrown, context) => {
    const error = toRefusal(ports, thrown, originOf(context).requestId)
    return toResponse(renderRefusal(ports, wireRequestOf(context), error))
  })
  return Object.assign(app, { validationDoor, oauthDoor })
}
