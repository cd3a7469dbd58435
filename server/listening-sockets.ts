import { createServer, type ListenOptions, type Server, type Socket } from 'node:net'

// libuv takes one connection from a listening socket in each turn of the event loop, and a turn with many requests is long:
// behind nine hundred busy connections a new one waited for seconds. From so many sockets it takes so many a turn.
const SOCKETS = 16
// What waits to be taken, of each: whoever has gone meanwhile is answered all the same.
const BACKLOG = 128

/** Whether this system spreads connections over sockets of the same port (Linux 3.9, SO_REUSEPORT in socket(7)). */
export const spreadsConnections = process.platform === 'linux'

/** Listens; resolves with the port, 0 for the path of a socket. */
export const listenOn = (server: Server, at: ListenOptions): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })

const closed = (server: Server): Promise<void> => new Promise((resolve) => void server.close(() => resolve()))

// A socket that shares its port would also share it with whoever was there before; one that does not is refused.
const takenPort = async (port: number): Promise<number> => {
  const probe = createServer()
  const taken = await listenOn(probe, { port, exclusive: true })
  await closed(probe)
  return taken
}

/** Further sockets of a server, beside its own. */
export type FurtherSockets = {
  readonly port: number
  /** Takes no more; resolves when the last connection that came this way is closed. */
  close(): Promise<void>
}

type Listening = {
  /** 0: any free one. */
  readonly port: number
  /** Whether others of the same start listen there as well, who looked whether it is free. */
  readonly isShared: boolean
  readonly onConnection: (socket: Socket) => void
}

/**
 * Lets a server take many connections in one turn of the event loop: it listens on a port by several sockets, of which the
 * system gives each a share of the connections. Rejects, as `listen` does, when the port is taken.
 */
export const listenBySeveral = async (
  server: Server,
  { port, isShared, onConnection }: Listening,
): Promise<FurtherSockets> => {
  const at = { port: isShared ? port : await takenPort(port), reusePort: true, backlog: BACKLOG }
  // Options of a server of node:http, which these connections are for.
  const others = Array.from({ length: SOCKETS - 1 }, () =>
    createServer({ allowHalfOpen: true, noDelay: true }, onConnection),
  )
  for (const each of [server, ...others]) await listenOn(each, at)
  return {
    port: at.port,
    close: async () => void (await Promise.all(others.map(closed))),
  }
}
