import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ORIGIN_HEADERS, setEdgeMark } from '#lib/api/request-origin.ts'
import type { Log } from '#lib/errors/log.ts'
import { dropRequestHeader, setRequestHeaders } from '#server/edge-headers.ts'
import type { PagesHandler } from '#server/edge-pages.ts'
import { refuseThrown } from '#server/edge-refusal.ts'
import { createHttpServer, HOLDS, type HttpServer } from '#server/http-server.ts'
import { claimPagesAddress, knowsSecret, PAGES_HEADERS, type PagesAddress } from '#server/pages/pages-address.ts'
import { HEAD_BYTES_MAX } from '#server/pages/proxy-pages.ts'

/** What pages stand on in their own process. */
export type ServedPages = {
  readonly url: string
  readonly address: PagesAddress
  readonly log: Log
  /** Asked for each request, once it is known to come from the edge. */
  readonly handle: PagesHandler
}

// Who asks is the edge, which bounds the silence of clients and closes what is idle: a connection that this side closed
// could take a form with it.
const SOCKET_HOLDS = { ...HOLDS, keepAliveTimeout: 0, silenceMs: 0, maxHeaderSize: HEAD_BYTES_MAX }

const takeSaid = (request: IncomingMessage, response: ServerResponse): void => {
  const said = Buffer.from(String(request.headers[PAGES_HEADERS.answer] ?? ''), 'base64url').toString()
  const headers: Readonly<Record<string, number | string | readonly string[]>> = JSON.parse(said)
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  for (const name of Object.values(PAGES_HEADERS)) dropRequestHeader(request, name)
}

/**
 * Pages on a socket, for the edge alone: whoever does not know the secret of the address gets 403 and reaches nothing.
 * A page finds the request and its own answer as the edge left them.
 */
export const servePages = async ({ url, address, log, handle }: ServedPages): Promise<HttpServer> => {
  const mark = randomBytes(16).toString('base64url')
  setEdgeMark(mark)
  const http = createHttpServer(
    async (request, response) => {
      if (!knowsSecret(address, request.headers[PAGES_HEADERS.secret])) {
        response.writeHead(403, { Connection: 'close' }).end()
        return
      }
      takeSaid(request, response)
      // The mark of the process whose edge it passed becomes the one that is known here.
      if (request.headers[ORIGIN_HEADERS.mark] !== undefined)
        setRequestHeaders(request, { [ORIGIN_HEADERS.mark]: mark })
      const requestId = String(response.getHeader(ORIGIN_HEADERS.requestId) ?? '')
      try {
        await handle(request, response)
      } catch (thrown) {
        refuseThrown(request, response, thrown, { url, requestId, log })
      }
    },
    log,
    SOCKET_HOLDS,
  )
  claimPagesAddress(address)
  await http.listen(address.path)
  return http
}
