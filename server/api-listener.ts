import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { RequestOrigin } from '#lib/api/request-origin.ts'
import type { WireAnswer, WireBodyDoor, WireDoor } from '#lib/api/wire.ts'
import { LIMITS } from '#lib/config/limits.ts'
import type { Log } from '#lib/errors/log.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { toProblem } from '#lib/errors/problem.ts'
import { readWhole } from '#server/edge-body.ts'
import { wireRequestOf } from '#server/edge-door.ts'

/** The API plane: a fetch handler that is told where each request came from. */
export type Api = {
  fetch(request: Request, env: { readonly origin: RequestOrigin }): Response | Promise<Response>
  /** Answers what everybody waits for without a fetch `Request` in between; the answers are the same. */
  readonly validationDoor: WireDoor
  /** The same for what clients ask of the authorization server with each token. */
  readonly oauthDoor: WireBodyDoor
}

/** The API plane on node:http. */
export type ApiListener = {
  /** The answer to what everybody waits for; undefined, and nothing read, for any other request. Never rejects. */
  door(request: IncomingMessage, path: string, origin: RequestOrigin): Promise<WireAnswer> | undefined
  /** Answers any request; never rejects. */
  listen(request: IncomingMessage, response: ServerResponse, origin: RequestOrigin): Promise<void>
}

const failure = (thrown: unknown, url: string, requestId: string, log: Log): Response => {
  log.error('the request failed:', thrown, { requestId })
  const problem = toProblem(new PortalError('server.internal'), { issuer: url, requestId })
  return Response.json(problem, {
    status: problem.status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
  })
}

// Cut off by its sender it may read as another request than was meant.
const readText = async (request: IncomingMessage): Promise<string> => {
  const body = await readWhole(request, LIMITS.bodyBytes)
  if (body === 'too-large') throw new PortalError('request.too_large')
  if (body === 'aborted') throw new PortalError('request.malformed')
  return body.toString('utf8')
}

/**
 * Puts the API straight on node:http. Each request's origin travels beside it inside the process, where no header can
 * forge it; what the API throws becomes a problem document with the request id, its stack goes to the log alone.
 */
export const createApiListener = (api: Api, url: string, log: Log): ApiListener => {
  const origins = new WeakMap<object, RequestOrigin>()
  const listener = getRequestListener((request, { incoming }) => {
    const origin = origins.get(incoming)
    if (origin === undefined) throw new TypeError('a request passed by the edge')
    try {
      const answer = api.fetch(request, { origin })
      return answer instanceof Promise
        ? answer.catch((thrown: unknown) => failure(thrown, url, origin.requestId, log))
        : answer
    } catch (thrown) {
      return failure(thrown, url, origin.requestId, log)
    }
  })
  return {
    door: (request, path, origin) => {
      const asked = wireRequestOf(request, path, origin)
      return api.validationDoor(asked) ?? api.oauthDoor(asked, () => readText(request))
    },
    listen: async (request, response, origin) => {
      origins.set(request, origin)
      await listener(request, response)
    },
  }
}
