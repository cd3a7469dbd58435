import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { CHANNEL } from '#db/postgres-feed.ts'

/** A way to PostgreSQL on which what is told of changes can be kept back, and which may lead to another one. */
export type LateNews = {
  /** The address of a database by this way. */
  readonly url: string
  /** From now on whoever listens hears nothing. */
  hold(): void
  /** What was kept back arrives, and so does what comes. */
  release(): void
  /** From now on nothing passes, in either direction, and nothing is refused: a server that hangs, or a network that does. */
  freeze(): void
  thaw(): void
  /** Leads to another server from now on, as an address does that moves; whoever is connected is cut off. */
  leadTo(target: string): void
  close(): Promise<void>
}

const LISTEN = Buffer.from(`listen ${CHANNEL}`)

/** Stands between a node and PostgreSQL at `target`; the connection that listens is known by its saying so. */
export const lateNews = async (target: string): Promise<LateNews> => {
  let goal = new URL(target)
  const sockets = new Set<Socket>()
  const listening = new Set<Socket>()
  let isHeld = false
  let isFrozen = false
  const server = createServer((near) => {
    const far = connect(Number(goal.port), goal.hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      if (isFrozen) socket.pause()
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        listening.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', (bytes) => {
      if (bytes.includes(LISTEN)) {
        listening.add(far)
        if (isHeld) far.pause()
      }
      far.write(bytes)
    })
    far.on('data', (bytes) => near.write(bytes))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(target)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    hold: () => {
      isHeld = true
      for (const far of listening) far.pause()
    },
    release: () => {
      isHeld = false
      for (const far of listening) far.resume()
    },
    freeze: () => {
      isFrozen = true
      for (const socket of sockets) socket.pause()
    },
    thaw: () => {
      isFrozen = false
      for (const socket of sockets) socket.resume()
    },
    leadTo: (other) => {
      goal = new URL(other)
      for (const socket of sockets) socket.destroy()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
