import { once } from 'node:events'
import { createServer } from 'node:net'

// Below those that Linux, macOS and Windows give to clients: a client that asks again and again whether somebody listens at one of
// theirs may be given that very port, and then nobody else can listen there.
const [FIRST, COUNT] = [10_000, 22_000]
const TRIES = 100

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}

/** A TCP port on which nobody listens, and which no client is given. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = FIRST + Math.floor(Math.random() * COUNT)
    if (await isFree(port)) return port
  }
  throw new Error(`none of ${TRIES} ports is free`)
}
