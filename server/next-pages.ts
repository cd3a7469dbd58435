import { Server } from 'node:http'
import { dirname } from 'node:path'
import { prepareNextEnvironment } from '#lib/config/process-env.ts'
import type { Pages, PagesSurroundings } from '#server/served-portal.ts'

const ROOT = dirname(import.meta.dirname)

// Next would hang its own listener on the server it finds, and connections that ask for an upgrade would pass the edge.
// It gets a server that never listens; in development its reload channel is handed over, from our own pages alone.
const passReloadChannel = (server: Server, next: Server, url: string): void => {
  server.on('upgrade', (request, socket, head) => {
    const ours = request.headers.origin === url && request.url?.startsWith('/_next/') === true
    if (ours) next.emit('upgrade', request, socket, head)
    else socket.destroy()
  })
}

/** Next's pages: the build in `.next`, or in development whatever stands in app/. */
export const openNextPages = async ({ url, port, dev, server }: PagesSurroundings): Promise<Pages> => {
  prepareNextEnvironment({ dev, port })
  const { default: next } = await import('next')
  const httpServer = new Server()
  const app = next({ dev, dir: ROOT, hostname: 'localhost', port, httpServer })
  await app.prepare()
  if (dev) passReloadChannel(server, httpServer, url)
  const handle = app.getRequestHandler()
  return { handle: (request, response) => handle(request, response), close: () => app.close() }
}
