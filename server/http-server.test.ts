import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createHttpServer, type Handle, HOLDS } from '#server/http-server.ts'
import { spreadsConnections } from '#server/listening-sockets.ts'
import { keptLog } from '#server/logging/kept-log.fixture.ts'

const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

const slow: Handle = async (_request, response) => {
  await delay(150)
  response.end('done')
}

const open = async (port: number) => {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.on('data', (chunk) => {
    received += String(chunk)
  })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return { socket, closed: once(socket, 'close'), received: () => received }
}

describe('createHttpServer', () => {
  it('rejects a port that is taken', async () => {
    const [first, second] = [createHttpServer(slow, keptLog().log), createHttpServer(slow, keptLog().log)]
    const port = await first.listen(0)
    await expect(second.listen(port)).rejects.toMatchObject({ code: 'EADDRINUSE', port })
    await first.stop(0)
  })

  it.runIf(spreadsConnections)('takes many new connections in one turn of the event loop', async () => {
    const CONNECTIONS = 64
    const http = createHttpServer(slow, keptLog().log)
    const taken: number[] = []
    let turn = 0
    http.server.on('connection', () => taken.push(turn))
    const port = await http.listen(0)
    const nextTurn = () =>
      setImmediate(() => {
        turn += 1
        if (taken.length < CONNECTIONS) nextTurn()
      })
    nextTurn()
    const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(port)))
    await expect.poll(() => taken.length).toBe(CONNECTIONS)
    // With one listening socket it is one a turn.
    expect(new Set(taken).size).toBeLessThan(CONNECTIONS / 2)
    for (const { socket } of clients) socket.destroy()
    await http.stop(0)
  })

  it('stops at once when connections only wait, kept ones included', async () => {
    const http = createHttpServer(slow, keptLog().log)
    const client = await open(await http.listen(0))
    client.socket.write(REQUEST)
    await once(client.socket, 'data')
    // Far beyond the test's own patience: it must not wait for the grace to pass.
    await http.stop(600_000)
    await client.closed
    expect(client.received()).toMatch(/done$/)
  })

  it('lets the request under way finish, and tells later ones on the same connection to close', async () => {
    const began = Promise.withResolvers<void>()
    const http = createHttpServer(async (request, response, awaitsContinue) => {
      began.resolve()
      await slow(request, response, awaitsContinue)
    }, keptLog().log)
    const client = await open(await http.listen(0))
    client.socket.write(REQUEST)
    await began.promise
    const stopped = http.stop(600_000)
    client.socket.write(REQUEST)
    await client.closed
    await stopped
    expect(client.received().match(/HTTP\/1\.1 200 OK/g)?.length).toBeGreaterThanOrEqual(1)
    expect(client.received()).toMatch(/done$/)
  })

  it('cuts off what outlasts the grace', async () => {
    const began = Promise.withResolvers<void>()
    const http = createHttpServer(async () => began.resolve(), keptLog().log)
    const client = await open(await http.listen(0))
    client.socket.write(REQUEST)
    await began.promise
    await http.stop(100)
    await client.closed
    expect(client.received()).toBe('')
  })

  it('survives a handler that fails, ending that connection alone', async () => {
    const { entries, log } = keptLog()
    let fail = true
    const http = createHttpServer(async (_request, response) => {
      if (fail) throw new Error('broken')
      response.end('fine')
    }, log)
    const port = await http.listen(0)
    const first = await open(port)
    first.socket.write(REQUEST)
    await first.closed
    expect(first.received()).toBe('')
    expect(entries).toHaveLength(1)
    fail = false
    const second = await open(port)
    second.socket.write(REQUEST)
    await once(second.socket, 'data')
    expect(second.received()).toMatch(/fine$/)
    second.socket.destroy()
    await http.stop(1000)
  })
})

describe('what a client may hold', () => {
  const SHORT = { ...HOLDS, connectionsCheckingInterval: 10 }
  const serve = async (holds: typeof HOLDS | Record<keyof typeof HOLDS, number>) => {
    const http = createHttpServer(
      async (request, response) => {
        for await (const _ of request);
        response.end('done')
      },
      keptLog().log,
      holds,
    )
    return { http, client: await open(await http.listen(0)) }
  }

  it('a head sent slowly ends the connection, with 408', async () => {
    const { http, client } = await serve({ ...SHORT, headersTimeout: 100, requestTimeout: 200 })
    client.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
    await client.closed
    expect(client.received()).toMatch(/^HTTP\/1\.1 408 /)
    await http.stop(0)
  })

  it('a body sent slowly as well', async () => {
    const { http, client } = await serve({ ...SHORT, headersTimeout: 100, requestTimeout: 200 })
    client.socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc')
    await client.closed
    expect(client.received()).not.toContain('done')
    await http.stop(0)
  })

  it('a connection that nothing comes over is closed, before its first request and after one', async () => {
    const { http, client } = await serve({ ...SHORT, silenceMs: 100 })
    await client.closed
    await http.stop(0)
    const kept = await serve({ ...SHORT, keepAliveTimeout: 100 })
    kept.client.socket.write(REQUEST)
    await kept.client.closed
    expect(kept.client.received()).toMatch(/done/)
    await kept.http.stop(0)
  })

  it('more connections than there is room for are closed at once', async () => {
    const { http, client } = await serve({ ...SHORT, maxConnections: 1 })
    const address = http.server.address()
    const second = await open(typeof address === 'object' && address ? address.port : 0)
    await second.closed
    client.socket.write(REQUEST)
    await once(client.socket, 'data')
    expect(client.received()).toMatch(/^HTTP\/1\.1 200 /)
    client.socket.destroy()
    await http.stop(0)
  })
})
