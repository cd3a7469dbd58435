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

/**
 * Sends a door's answer under the headers of every answer, all at once and in a list: one at a time costs node:http twice as
 * much, and an object made of two a fiftieth of the answer.
 */
export const sendAnswer = (
  response: ServerResponse,
  { status, headers, body }: WireAnswer,
  common: Readonly<Record<string, string>>,
): void => {
  const length = Buffer.byteLength(body)
  const sent: (string | number)[] = ['Content-Length', length]
  for (const name in headers) sent.push(name, headers[name] ?? '')
  for (const name in common) sent.push(name, common[name] ?? '')
  response.writeHead(status, sent)
  // As many bytes as characters: it is ASCII, and written without being encoded.
  response.end(body, length === body.length ? 'latin1' : 'utf8')
}
