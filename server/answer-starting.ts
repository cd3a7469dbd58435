import type { PagesHandler } from '#server/edge-pages.ts'

/** The answer while what would answer is not there yet: 503 and Retry-After, but to `/healthz`. */
export const answerStarting: PagesHandler = async (request, response) => {
  const alive = request.url === '/healthz'
  response.writeHead(alive ? 200 : 503, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    Connection: 'close',
    ...(alive ? {} : { 'Retry-After': '1' }),
  })
  response.end(alive ? 'ok\n' : 'Latchkey is starting.\n')
}
