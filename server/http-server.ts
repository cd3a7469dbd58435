import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Log } from '#lib/errors/log.ts'
import { type FurtherSockets, listenBySeveral, listenOn, spreadsConnections } from '#server/listening-sockets.ts'

/** Answers one request; `awaitsContinue`: the client asked with `Expect: 100-continue`. */
export type Handle = (request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) => Promise<void>

/** A port that answers, and stops without cutting anybody off. */
export type HttpServer = {
  /** For those who attach to it, such as the reload channel of development. */
  readonly server: Server
  /**
   * Listens on a TCP port (0: any free one) of every address, or on a socket by its path; resolves with the port (0 for a
   * socket), rejects when it is taken. `isShared`: by other processes of this start, which took the port for all of them.
   */
  listen(at: number | string, options?: { readonly isShared?: boolean }): Promise<number>
  /** Accepts no more, lets requests under way finish, at most so long; resolves when every connection is closed. */
  stop(graceMs: number): Promise<void>
}

// Against clients that keep a connection by sending slowly: the whole head in 10 s, the whole request in 30 s.
// A connection waits for its next request longer than balancers do (60 s), so that they are the ones to close it.
/** What a client may hold: the bounds, in milliseconds, bytes and connections. */
export const HOLDS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
  /** Nothing sent nor received for so long, also while an answer is under way. */
  silenceMs: 120_000,
  /** Some 100 MB of sockets and buffers; further ones are closed at once. */
  maxConnections: 10_000,
} as const
const IDLE_CHECK_MS = 50

// Not by `maxConnections`, which each listening socket would count for itself.
const boundConnections = (server: Server, most: number): void => {
  let open = 0
  server.prependListener('connection', (socket: Socket) => {
    open += 1
    socket.once('close', () => {
      open -= 1
    })
    if (open > most) socket.destroy()
  })
}

/** Makes a server around a handler; bounds what a slow or greedy client may hold. */
export const createHttpServer = (
  handle: Handle,
  log: Log,
  holds: Readonly<Record<keyof typeof HOLDS, number>> = HOLDS,
): HttpServer => {
  let stopping = false
  const server = createServer(holds)
  server.setTimeout(holds.silenceMs)
  boundConnections(server, holds.maxConnections)
  const further: { sockets?: FurtherSockets } = {}
  const answer = (request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void => {
    if (stopping) response.setHeader('Connection', 'close')
    handle(request, response, awaitsContinue).catch((thrown: unknown) => {
      log.error('a request was not answered:', thrown)
      response.destroy()
    })
  }
  server.on('request', (request, response) => answer(request, response, false))
  server.on('checkContinue', (request, response) => answer(request, response, true))
  return {
    server,
    listen: async (at, { isShared = false } = {}) => {
      if (typeof at === 'string') return listenOn(server, { path: at })
      if (!spreadsConnections) return listenOn(server, { port: at })
      const onConnection = (socket: Socket) => void server.emit('connection', socket)
      further.sockets = await listenBySeveral(server, { port: at, isShared, onConnection })
      return further.sockets.port
    },
    stop: async (graceMs) => {
      stopping = true
      const closeIdle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS)
      const giveUp = setTimeout(() => server.closeAllConnections(), graceMs)
      const own = new Promise((resolve) => void server.close(resolve))
      await Promise.all([own, further.sockets?.close()])
      clearInterval(closeIdle)
      clearTimeout(giveUp)
    },
  }
}
