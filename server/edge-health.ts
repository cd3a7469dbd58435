import type { IncomingMessage, ServerResponse } from 'node:http'
import { PortalError } from '#lib/errors/portal-error.ts'

/** Answers `/healthz` (this process runs) and `/readyz` (it takes work); touches no store, so that it stays cheap. */
export const answerHealth = (
  { method }: IncomingMessage,
  response: ServerResponse,
  path: string,
  ready: boolean,
): void => {
  if (method !== 'GET' && method !== 'HEAD') throw new PortalError('request.method')
  const good = ready || path === '/healthz'
  const body = good ? 'ok\n' : 'not ready\n'
  response.writeHead(good ? 200 : 503, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
  })
  response.end(method === 'HEAD' ? undefined : body)
}
