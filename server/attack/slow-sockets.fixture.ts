import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { times } from '#server/attack/race-world.fixture.ts'

/** How a client holds a connection without asking anything: heads or bodies that never end, or nothing at all. */
export type Slowness = 'head' | 'body' | 'idle'

const BYTES: Readonly<Record<Slowness, string>> = {
  head: 'GET /api/v1/validate HTTP/1.1\r\nHost: portal.example\r\nX-Slow: ',
  body: 'POST /oauth/token HTTP/1.1\r\nHost: portal.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n',
  idle: '',
}
const DRIP_MS = 1000

/** Opens connections that send a byte a second; answers how many the server has closed, and what ends them. */
export const slowSockets = (port: number, slowness: Slowness, count: number) => {
  let closed = 0
  const open = (): Socket => {
    const socket = connect(port, '127.0.0.1', () => void socket.write(BYTES[slowness]))
    // That the server ends it is the point.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      closed += 1
    })
    return socket.resume()
  }
  const sockets = times(count, open)
  const drip = setInterval(() => {
    if (slowness !== 'idle') for (const socket of sockets) if (socket.writable) socket.write('a')
  }, DRIP_MS)
  return {
    closed: () => closed,
    end: () => {
      clearInterval(drip)
      for (const socket of sockets) socket.destroy()
    },
  }
}

const LOOK_MS = 50

/** How many of so many connections the server still has after `withinMs`; as soon as it has none, that. */
export const heldFor = async (port: number, slowness: Slowness, count: number, withinMs: number): Promise<number> => {
  const sockets = slowSockets(port, slowness, count)
  const deadline = performance.now() + withinMs
  while (sockets.closed() < count && performance.now() < deadline) await delay(LOOK_MS)
  const held = count - sockets.closed()
  sockets.end()
  return held
}
