import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createHttpServer, type Handle } from '#server/http-server.ts'
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
