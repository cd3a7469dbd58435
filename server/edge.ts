import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestOrigin } from '#lib/api/request-origin.ts'
import { LIMITS } from '#lib/config/limits.ts'
import type { Log } from '#lib/errors/log.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Readiness } from '#lib/verdict/check-readiness.ts'
import type { ApiListener } from '#server/api-listener.ts'
import { createAddressReader } from '#server/edge-address.ts'
import { announcesTooMuch, bodyFormOf, readWhole, replay } from '#server/edge-body.ts'
import { sendAnswer } from '#server/edge-door.ts'
import { dropConnectionHeaders, dropForgeableHeaders, repeatedHeader, setRequestHeaders } from '#server/edge-headers.ts'
import { answerHealth } from '#server/edge-health.ts'
import { createPageDoor, type PagesHandler } from '#server/edge-pages.ts'
import { commonHeaders } from '#server/edge-policy.ts'
import { refuseThrown } from '#server/edge-refusal.ts'
import { isCanonicalTarget, pathOf, planeOf } from '#server/edge-target.ts'

/** What the edge stands before, and what it needs to know. */
export type EdgeParts = {
  /** LATCHKEY_URL: the one name that anything behind the edge sees. */
  readonly url: string
  readonly trustedProxies: readonly string[]
  /** The OpenID provider that sign-in forms may lead to. */
  readonly issuer: string | undefined
  readonly dev: boolean
  readonly api: ApiListener
  readonly pages: PagesHandler
  /** Whether new work is welcome, or why not; `/readyz` tells balancers. */
  readonly isReady: () => Readiness | Promise<Readiness>
  readonly log: Log
}

/**
 * Answers one request of node:http. `awaitsContinue`: the client holds its body until told (RFC 9110 §10.1.1).
 * `requestId`: what whoever stands before the edge calls it; else it gets a name here.
 */
export type Edge = (
  request: IncomingMessage,
  response: ServerResponse,
  awaitsContinue?: boolean,
  requestId?: string,
) => Promise<void>

const createOriginReader = (trustedProxies: readonly string[]) => {
  const addresses = createAddressReader(trustedProxies)
  return (request: IncomingMessage, requestId: string): RequestOrigin => ({
    requestId,
    address: addresses.client(request),
    agent: request.headers['user-agent']?.slice(0, LIMITS.agentLength),
    viaProxy: addresses.isViaProxy(request),
  })
}

const rejectOddities = (request: IncomingMessage): void => {
  if (!isCanonicalTarget(request.url ?? '')) {
    throw new PortalError('request.malformed', { detail: 'The path is not written in its canonical form.' })
  }
  const repeated = repeatedHeader(request)
  if (repeated === 'authorization' || repeated === 'x-api-key') throw new PortalError('credential.ambiguous')
  if (repeated) throw new PortalError('request.malformed', { detail: `The header ${repeated} stands twice.` })
  if (request.method === 'TRACE' || request.method === 'CONNECT') throw new PortalError('request.method')
  if (announcesTooMuch(request, LIMITS.bodyBytes)) throw new PortalError('request.too_large')
}

// A sized body is bounded by what its length says; one in chunks is read here, so that both planes get a bounded one.
const withBody = async (request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) => {
  if (awaitsContinue) response.writeContinue()
  if (bodyFormOf(request) !== 'chunked') return request
  const body = await readWhole(request, LIMITS.bodyBytes)
  if (body === 'too-large') throw new PortalError('request.too_large')
  return body === 'aborted' ? undefined : replay(request, body)
}

/**
 * The one perimeter before both planes. It refuses what could be read in two ways, removes what only the edge may say,
 * and hands the request on with where it came from: to the API beside the request, to pages in marked headers.
 */
export const createEdge = (parts: EdgeParts): Edge => {
  const { url, trustedProxies, api, isReady } = parts
  const { host, protocol } = new URL(url)
  const originOf = createOriginReader(trustedProxies)
  const pages = createPageDoor(parts.pages, parts)
  const common = commonHeaders({ secure: protocol === 'https:' })
  const tellCommon = (response: ServerResponse, requestId: string): void => {
    response.setHeader('X-Request-Id', requestId)
    for (const [name, value] of Object.entries(common)) response.setHeader(name, value)
  }

  const cleanHeaders = (request: IncomingMessage): void => {
    dropConnectionHeaders(request)
    dropForgeableHeaders(request)
    if (request.headers.host !== host) setRequestHeaders(request, { host })
  }

  const route = async (
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    awaitsContinue: boolean,
  ): Promise<void> => {
    rejectOddities(request)
    const path = pathOf(request.url ?? '')
    const plane = planeOf(path)
    const origin = originOf(request, requestId)
    if (plane !== 'api') {
      tellCommon(response, requestId)
      if (plane === 'edge') return answerHealth(request, response, path, isReady)
      if (pages.guard(request, response) === 'answered') return
    }
    const sized = !awaitsContinue && request.headers['transfer-encoding'] === undefined
    const whole = sized ? request : await withBody(request, response, awaitsContinue)
    if (whole === undefined) return
    if (plane === 'api') {
      // It reads no header that would have to go, and what it answers leaves in one piece.
      const answered = api.door(whole, path, origin)
      if (answered) return sendAnswer(response, await answered, common)
      tellCommon(response, requestId)
    }
    cleanHeaders(whole)
    await (plane === 'api' ? api.listen(whole, response, origin) : pages.answer(whole, response, origin, path))
  }

  return async (request, response, awaitsContinue = false, requestId = randomUUID()) => {
    try {
      await route(request, response, requestId, awaitsContinue)
    } catch (thrown) {
      if (!response.headersSent) tellCommon(response, requestId)
      refuseThrown(request, response, thrown, { url, requestId, log: parts.log })
    }
  }
}
