import type { IncomingMessage, ServerResponse } from 'node:http'
import { createApiListener } from '#server/api-listener.ts'
import { createEdge, type Edge, type EdgeParts } from '#server/edge.ts'
import { withReadableForms } from '#server/edge-form.ts'
import { createHttpServer } from '#server/http-server.ts'
import { keptLog } from '#server/logging/kept-log.fixture.ts'

const readText = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

/** A page that tells what it was asked, as Next would see it. */
const mirrorPage = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { method, url, headers, rawHeaders } = request
  if (url === '/broken') throw new Error('a secret detail')
  const body = await readText(request)
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify({ page: true, method, url, headers, rawHeaders, body }))
}

/** An API that tells what it was asked, as Hono would see it. */
const mirrorApi = {
  validationDoor: () => undefined,
  oauthDoor: () => undefined,
  fetch: async (request: Request, { origin }: { origin: unknown }): Promise<Response> => {
    const { pathname } = new URL(request.url)
    if (pathname === '/api/broken') throw new Error('a secret detail')
    const body = await request.text()
    const headers = Object.fromEntries(request.headers)
    return Response.json({ api: true, method: request.method, url: request.url, headers, origin, body })
  },
}

/** The edge over mirrors, listening on a free port; its URL is `http://localhost:<port>` unless given. */
export const startMirror = async (parts: Partial<EdgeParts> = {}) => {
  const { entries, log } = keptLog()
  const behind: { edge?: Edge } = {}
  const http = createHttpServer(async (request, response, awaitsContinue) => {
    await behind.edge?.(request, response, awaitsContinue)
  }, log)
  const port = await http.listen(0)
  const url = parts.url ?? `http://localhost:${port}`
  behind.edge = createEdge({
    url,
    trustedProxies: [],
    issuer: undefined,
    dev: false,
    api: createApiListener(mirrorApi, url, log),
    pages: withReadableForms(mirrorPage),
    isReady: () => true,
    log,
    ...parts,
  })
  return { entries, port, url, host: new URL(url).host, stop: () => http.stop(1000) }
}
