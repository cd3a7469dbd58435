import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ORIGIN_HEADERS, type RequestOrigin, setEdgeMark } from '#lib/api/request-origin.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { setRequestHeaders } from '#server/edge-headers.ts'
import { createHostRule } from '#server/edge-host.ts'
import { createContentPolicy, setPageHeaders } from '#server/edge-policy.ts'

/** Answers page requests: Next's handler in production. */
export type PagesHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

type PageSettings = {
  readonly url: string
  readonly issuer: string | undefined
  readonly dev: boolean
}

/** Says to Next, in headers, what it would otherwise believe a client about. */
type Teller = (request: IncomingMessage, origin: RequestOrigin, policy: string) => void

// Next's optimiser of images, and the page of its last resort, which answers 500 to who asks for it by name.
const NOT_PAGES = /^\/(?:_next\/image|_global-error)/

const METHODS = new Set(['GET', 'HEAD', 'POST'])

// Sec-Fetch-Site cannot be set by scripts; `same-origin` without Origin is what some browsers send from plain forms.
const isFromPortal = ({ headers }: IncomingMessage, url: string): boolean =>
  headers.origin === undefined ? headers['sec-fetch-site'] === 'same-origin' : headers.origin === url

const rejectForeignPost = (request: IncomingMessage, url: string): void => {
  const { method = '' } = request
  if (!METHODS.has(method)) throw new PortalError('request.method')
  if (method === 'POST' && !isFromPortal(request, url)) {
    throw new PortalError('request.origin', {
      detail: `The request did not come from this portal. Open ${url} and try again.`,
    })
  }
}

const createTeller = (url: string): Teller => {
  const { host, protocol, port } = new URL(url)
  const scheme = protocol.slice(0, -1)
  const mark = randomBytes(16).toString('base64url')
  setEdgeMark(mark)
  const always = {
    'x-forwarded-host': host,
    'x-forwarded-proto': scheme,
    'x-forwarded-port': port === '' ? (scheme === 'https' ? '443' : '80') : port,
    [ORIGIN_HEADERS.mark]: mark,
  }
  return (request, { requestId, address }, policy) =>
    setRequestHeaders(request, {
      ...always,
      // Next takes the nonce for its own scripts from the request's policy.
      'content-security-policy': policy,
      [ORIGIN_HEADERS.requestId]: requestId,
      ...(address === undefined ? {} : { 'x-forwarded-for': address, [ORIGIN_HEADERS.address]: address }),
    })
}

// A page that leads elsewhere while it answers a form does so with 307 in Next: a browser would send the form there again,
// and no page knows another's. 303 asks for the other page (RFC 9110 §15.4.4).
const leadOnWithGet = (response: ServerResponse): void => {
  const writeHead: (status: number, ...more: never[]) => ServerResponse = response.writeHead.bind(response)
  response.writeHead = (status: number, ...more: never[]) => writeHead(status === 307 ? 303 : status, ...more)
}

/** The pages' half of the edge: what may reach Next, and what Next is told. */
export type PageDoor = {
  /** Throws for a request that no page answers; answers one that belongs to another name, and says that it did. */
  guard(request: IncomingMessage, response: ServerResponse): 'answered' | 'welcome'
  answer(request: IncomingMessage, response: ServerResponse, origin: RequestOrigin, path: string): Promise<void>
}

/** Makes the pages' half; the first call in a process also makes the mark by which Next's side knows the edge. */
export const createPageDoor = (pages: PagesHandler, { url, issuer, dev }: PageSettings): PageDoor => {
  const moveOf = createHostRule(url)
  const contentPolicy = createContentPolicy({ url, issuer, dev })
  const tell = createTeller(url)
  return {
    guard: (request, response) => {
      rejectForeignPost(request, url)
      const move = moveOf(request)
      if (move === undefined) return 'welcome'
      response.writeHead(307, { Location: move.location, 'Set-Cookie': move.setCookie, 'Cache-Control': 'no-store' })
      response.end()
      return 'answered'
    },
    answer: async (request, response, origin, path) => {
      if (NOT_PAGES.test(path)) throw new PortalError('resource.not_found')
      if (path.startsWith('/_next/static/')) {
        response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
        return pages(request, response)
      }
      const policy = contentPolicy(randomBytes(16).toString('base64'))
      setPageHeaders(response, policy)
      if (request.method === 'POST') leadOnWithGet(response)
      tell(request, origin, policy)
      return pages(request, response)
    },
  }
}
