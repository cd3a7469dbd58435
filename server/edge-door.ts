import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestOrigin } from '#lib/api/request-origin.ts'
import type { WireAnswer, WireRequest } from '#lib/api/wire.ts'

/** A request of node:http as a door reads it; `path` is the canonical one that the edge found. */
export const wireRequestOf = (
  { method = 'GET', url = '', headers }: IncomingMessage,
  path: string,
  origin: RequestOrigin,
): WireRequest => ({
  method,
  path,
  query: url.slice(path.length + 1),
  header: (name) => headers[name]?.toString(),
  origin,
})

/** Sends a door's answer under the headers of every answer, all at once: one at a time costs node:http twice as much. */
export const sendAnswer = (
  response: ServerResponse,
  { status, headers, body }: WireAnswer,
  common: Readonly<Record<string, string>>,
): void => {
  response.writeHead(status, { ...headers, ...common, 'Content-Length': Buffer.byteLength(body) })
  response.end(body)
}
