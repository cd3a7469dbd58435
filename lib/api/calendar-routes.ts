import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiEnv } from '#lib/api/api-context.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

/** What the route asks. */
export type CalendarRoutesPorts = {
  readonly notices: { readonly readCalendar: (secret: string) => Promise<string> }
}

const FILE = '.ics'

/**
 * `GET /calendar/{secret}.ics`, for calendar programs, which can send nothing but an address. Not in the OpenAPI document:
 * it is nobody's API. Its path holds a secret and is logged nowhere.
 */
export const addCalendarRoutes = (app: OpenAPIHono<ApiEnv>, { notices }: CalendarRoutesPorts): void => {
  app.get('/calendar/:file', async (context) => {
    const file = context.req.param('file')
    if (!file.endsWith(FILE)) throw new PortalError('resource.not_found')
    const text = await notices.readCalendar(file.slice(0, -FILE.length))
    return new Response(text, {
      headers: {
        'Content-Type': 'text/calendar; charset=utf-8',
        'Content-Disposition': 'inline; filename="latchkey.ics"',
        'Cache-Control': 'private, no-cache',
        'Referrer-Policy': 'no-referrer',
        'X-Robots-Tag': 'noindex',
      },
    })
  })
}
