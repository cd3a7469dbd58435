import type { MiddlewareHandler } from 'hono'
import type { Person } from '#lib/access/find-principal.ts'
import type { Principal, RequestTrace } from '#lib/access/principal.ts'
import { type ApiEnv, originOf } from '#lib/api/api-context.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { cookieOf } from '#lib/sign-in/session-cookie.ts'

/** What knowing the person behind a request takes. */
export type SessionPorts = {
  readonly settings: { readonly url: string }
  readonly signIn: {
    readonly cookies: { readonly sessionName: string }
    readonly sessionCookie: { decode(text: string): Promise<string | undefined> }
    findPerson(sid: string): Promise<Person | undefined>
  }
  readonly access: {
    findPrincipal(request: {
      readonly person: Person
      readonly tenant: { readonly id: string }
      readonly trace: RequestTrace
    }): Promise<Principal>
  }
}

const JSON_TYPE = /^application\/json(?:\s*;|$)/i
const SAFE_METHODS = new Set(['GET', 'HEAD'])
const WITHOUT_BODY = new Set([...SAFE_METHODS, 'DELETE'])
const ID = /^[\w-]{1,64}$/

/** An id as a path names it; `resource.not_found` for what no id can look like. */
export const requireId = (text: string | undefined): string => {
  if (text === undefined || !ID.test(text)) throw new PortalError('resource.not_found')
  return text
}

const personOf = async ({ signIn }: SessionPorts, cookies: string | undefined): Promise<Person> => {
  const text = cookieOf(cookies, signIn.cookies.sessionName)
  const sid = text === undefined ? undefined : await signIn.sessionCookie.decode(text)
  const person = sid === undefined ? undefined : await signIn.findPerson(sid)
  if (!person) throw new PortalError('session.required')
  return person
}

/**
 * The door of the management routes: a session cookie and nothing else says who asks, and whatever changes something
 * comes from this portal's own pages, as JSON, which no form of another site can send. Sets `principal`.
 * `request.origin`, `session.required`, `request.media_type`; `resource.not_found` for foreign and unknown tenants.
 */
export const requireSession =
  (ports: SessionPorts): MiddlewareHandler<ApiEnv> =>
  async (context, next) => {
    const { req } = context
    if (!SAFE_METHODS.has(req.method) && req.header('origin') !== ports.settings.url)
      throw new PortalError('request.origin')
    const person = await personOf(ports, req.header('cookie'))
    const { requestId, address } = originOf(context)
    const principal = await ports.access.findPrincipal({
      person,
      tenant: { id: requireId(req.param('tenantId')) },
      trace: { requestId, address },
    })
    if (!WITHOUT_BODY.has(req.method) && !JSON_TYPE.test(req.header('content-type') ?? ''))
      throw new PortalError('request.media_type', { detail: 'Send application/json.' })
    context.set('principal', principal)
    await next()
    context.res.headers.set('Cache-Control', 'no-store')
    context.res.headers.set('X-Request-Id', requestId)
  }
