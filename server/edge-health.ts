import type { IncomingMessage, ServerResponse } from 'node:http'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Readiness } from '#lib/verdict/check-readiness.ts'

/** Answers `/healthz` (this process runs; touches no store) and `/readyz` (it takes work; 503 says why it does not). */
export const answerHealth = async (
  { method }: IncomingMessage,
  response: ServerResponse,
  path: string,
  isReady: () => Readiness | Promise<Readiness>,
): Promise<void> => {
  if (method !== 'GET' && method !== 'HEAD') throw new PortalError('request.method')
  const readiness = path === '/healthz' || (await isReady())
  const body = readiness === true ? 'ok\n' : `not ready: ${readiness}\n`
  response.writeHead(readiness === true ? 200 : 503, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
  })
  response.end(method === 'HEAD' ? undefined : body)
}
