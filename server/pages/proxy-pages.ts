import { Agent, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { LIMITS } from '#lib/config/limits.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { answerStarting } from '#server/answer-starting.ts'
import { bodyFormOf, readWhole } from '#server/edge-body.ts'
import { setRequestHeaders } from '#server/edge-headers.ts'
import { endToEndHeaders, isOfAConnection } from '#server/pages/end-to-end-headers.ts'
import { PAGES_HEADERS, type PagesAddress } from '#server/pages/pages-address.ts'
import type { Pages } from '#server/served-portal.ts'

const IDLE_CONNECTIONS_MAX = 32
/** The head of a request may hold what a client may send, and what the edge adds; an answer's is as large. */
export const HEAD_BYTES_MAX = 64 * 1024

// Nobody is there: nothing of the request was read.
const NOBODY = new Set(['ECONNREFUSED', 'ENOENT'])

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''

type Said = Readonly<Record<string, number | string | readonly string[] | undefined>>

const saidBy = (response: ServerResponse): Said =>
  Object.fromEntries(Object.entries(response.getHeaders()).filter(([name]) => !isOfAConnection(name)))

const tell = (request: IncomingMessage, secret: string, said: Said): void =>
  setRequestHeaders(request, {
    [PAGES_HEADERS.secret]: secret,
    [PAGES_HEADERS.answer]: Buffer.from(JSON.stringify(said)).toString('base64url'),
  })

// At most 64 KB, so a client that sends slowly holds nothing of the pages' process.
const bodyOf = async (request: IncomingMessage): Promise<Buffer | undefined | 'aborted'> => {
  if (bodyFormOf(request) === 'none') return request.method === 'POST' ? Buffer.alloc(0) : undefined
  const body = await readWhole(request, LIMITS.bodyBytes)
  if (body === 'too-large') throw new PortalError('request.too_large')
  return body
}

/**
 * Pages that another process makes. Each request goes to its socket with what the edge said of it and of its answer, and
 * the answer is handed on as it comes; who goes away on one side ends the other. 503 with Retry-After while nobody is
 * there, or who was there died before answering; a form that was sent by then may have been done, and is answered 500.
 */
export const proxyPages = ({ path: socketPath, secret }: PagesAddress): Pages => {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: IDLE_CONNECTIONS_MAX })

  const answerTo = (
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer | undefined,
  ): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = endToEndHeaders(request.rawHeaders)
      if (body?.length === 0 && request.headers['content-length'] === undefined) headers.push('Content-Length', '0')
      const { method, url: path } = request
      const asked = ask({ agent, socketPath, method, path, headers, maxHeaderSize: HEAD_BYTES_MAX })
      const leave = (): void => void asked.destroy()
      response.once('close', leave)
      asked.on('error', reject)
      asked.once('response', (answer) => {
        // From here on who hands it on sees both ends.
        response.off('close', leave)
        resolve(answer)
      })
      asked.end(body)
    })

  const handOn = async (answer: IncomingMessage, response: ServerResponse, said: Said): Promise<void> => {
    // All that was said went there and came back, as the page left it.
    for (const name of Object.keys(said)) response.removeHeader(name)
    response.writeHead(answer.statusCode ?? 502, endToEndHeaders(answer.rawHeaders))
    response.flushHeaders()
    const asker = { hasLeft: false }
    response.once('close', () => {
      asker.hasLeft = answer.errored === null
    })
    await pipeline(answer, response).catch((thrown: unknown) => {
      if (!asker.hasLeft) throw thrown
    })
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request)
    if (body === 'aborted' || response.destroyed) return
    const said = saidBy(response)
    tell(request, secret, said)
    const answer = await answerTo(request, response, body).catch((thrown: unknown) => {
      if (request.method === 'POST' && !response.destroyed && !NOBODY.has(codeOf(thrown))) throw thrown
    })
    if (response.destroyed) return
    await (answer ? handOn(answer, response, said) : answerStarting(request, response))
  }

  return { handle, close: async () => agent.destroy() }
}
