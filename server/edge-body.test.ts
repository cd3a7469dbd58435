import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type RawAnswer, requestText, sendRaw } from '#server/raw-http.fixture.ts'
import { startMirror } from '#server/small-portal.fixture.ts'

const LIMIT = 64 * 1024
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})
const start = async () => {
  const mirror = await startMirror()
  stops.push(mirror.stop)
  return mirror
}
type Mirror = Awaited<ReturnType<typeof start>>

const bodyOf = ({ body }: RawAnswer): string => JSON.parse(body).body
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
const head = (mirror: Mirror, path: string, lines: readonly string[]): string =>
  requestText('POST', path, { host: mirror.host, lines: [`Origin: ${mirror.url}`, ...lines] })

// One path of each plane: Hono on node:http, and pages.
describe.each(['/api/v1/tenants', '/a/acme/tokens/new'])('bodies sent to %s', (path) => {
  it('arrive whole up to 64 KB', async () => {
    const mirror = await start()
    const body = 'a'.repeat(LIMIT)
    const sized = await sendRaw(mirror.port, head(mirror, path, [`Content-Length: ${LIMIT}`]), body)
    expect(sized.status).toBe(200)
    expect(bodyOf(sized)).toBe(body)
  })

  it('arrive whole in thousands of pieces, and are refused in tens of thousands, which cost more than their bytes', async () => {
    const mirror = await start()
    const chunked = head(mirror, path, ['Transfer-Encoding: chunked'])
    const text = Array.from({ length: 4096 }, (_, n) => String.fromCharCode(97 + (n % 26))).join('')
    const pieces = [...text].map(chunk).join('')
    const answer = await sendRaw(mirror.port, chunked, `${pieces}0\r\n\r\n`)
    expect([answer.status, bodyOf(answer) === text]).toEqual([200, true])
    // Left open, as by whoever wants them held.
    expect((await sendRaw(mirror.port, chunked, `${pieces}${chunk('a')}`)).status).toBe(413)
  })

  it('arrive whole in chunks, with their length said and no trace of the chunks', async () => {
    const mirror = await start()
    const parts = [chunk('one '), chunk('two '), chunk('x'.repeat(LIMIT - 8)), '0\r\n\r\n']
    const answer = await sendRaw(mirror.port, head(mirror, path, ['Transfer-Encoding: chunked']), ...parts)
    expect(answer.status).toBe(200)
    expect(bodyOf(answer)).toBe(`one two ${'x'.repeat(LIMIT - 8)}`)
    const { headers } = JSON.parse(answer.body)
    expect(headers).toMatchObject({ 'content-length': String(LIMIT) })
    expect(headers).not.toHaveProperty('transfer-encoding')
  })

  it('may be empty in chunks', async () => {
    const mirror = await start()
    const answer = await sendRaw(mirror.port, head(mirror, path, ['Transfer-Encoding: chunked']), '0\r\n\r\n')
    expect(answer.status).toBe(200)
    expect(bodyOf(answer)).toBe('')
  })

  it('get 413 for a length over 64 KB before any of it is sent', async () => {
    const mirror = await start()
    const answer = await sendRaw(mirror.port, head(mirror, path, [`Content-Length: ${LIMIT + 1}`]))
    expect(answer.status).toBe(413)
    expect(answer.headers['connection']).toBe('close')
  })

  it('get 413, readable, while the client is still sending', async () => {
    const mirror = await start()
    const size = 700_000
    const answer = await sendRaw(mirror.port, head(mirror, path, [`Content-Length: ${size}`]), 'a'.repeat(size))
    expect(answer.status).toBe(413)
    expect(answer.body).toContain('request.too_large')
  })

  it('get 413 as soon as their chunks pass 64 KB', async () => {
    const mirror = await start()
    const parts = Array.from({ length: 9 }, () => chunk('a'.repeat(8 * 1024)))
    const answer = await sendRaw(mirror.port, head(mirror, path, ['Transfer-Encoding: chunked']), ...parts)
    expect(answer.status).toBe(413)
    expect(answer.headers['connection']).toBe('close')
  })

  it('get 413 and a closed connection when chunks never end', async () => {
    const mirror = await start()
    const started = Date.now()
    const status = await new Promise<number>((resolve) => {
      const socket = connect(mirror.port, '127.0.0.1')
      let received = ''
      const piece = chunk('a'.repeat(60_000))
      const pour = (): void => {
        while (!socket.destroyed && socket.write(piece));
      }
      socket.on('connect', () => {
        socket.write(head(mirror, path, ['Transfer-Encoding: chunked']))
        pour()
      })
      socket.on('drain', pour)
      socket.on('data', (data) => {
        received += data.toString()
      })
      socket.on('error', () => undefined)
      socket.on('close', () => resolve(Number(received.split(' ')[1])))
    })
    expect(status).toBe(413)
    expect(Date.now() - started).toBeLessThan(5000)
  })

  it('are asked for with 100 Continue when they are welcome, and refused unsent when they are not', async () => {
    const mirror = await start()
    const welcome = await sendRaw(mirror.port, head(mirror, path, ['Content-Length: 2', 'Expect: 100-continue']), 'ok')
    expect(bodyOf(welcome)).toBe('ok')
    const tooMuch = head(mirror, path, [`Content-Length: ${LIMIT * 2}`, 'Expect: 100-continue'])
    expect((await sendRaw(mirror.port, tooMuch)).status).toBe(413)
    const inChunks = head(mirror, path, ['Transfer-Encoding: chunked', 'Expect: 100-continue'])
    expect(bodyOf(await sendRaw(mirror.port, inChunks, chunk('ok'), '0\r\n\r\n'))).toBe('ok')
  })

  it('in broken chunks get 400 or a closed connection, and are seen by nobody', async () => {
    const mirror = await start()
    const answer = await sendRaw(
      mirror.port,
      head(mirror, path, ['Transfer-Encoding: chunked']),
      'zz\r\nab\r\n0\r\n\r\n',
    )
    expect([0, 400]).toContain(answer.status)
    expect(answer.body).not.toContain('"method"')
  })
})

describe('requests that follow on the same connection', () => {
  it('are judged each by itself, and the bodies stay apart', async () => {
    const mirror = await start()
    const keep = (text: string) => text.replace('Connection: close\r\n', '')
    const first = keep(head(mirror, '/api/v1/one', ['Transfer-Encoding: chunked'])) + chunk('first') + '0\r\n\r\n'
    const second = keep(head(mirror, '/api/v1/two', ['Content-Length: 6', 'X-Forwarded-For: 6.6.6.6'])) + 'second'
    const third = requestText('GET', '/./api/v1/three', { host: mirror.host })
    const { body } = await sendRaw(mirror.port, first + second + third)
    expect(body).toContain('"body":"first"')
    expect(body).toContain('"body":"second"')
    expect(body).not.toContain('6.6.6.6')
    expect(body.match(/HTTP\/1\.1 (\d{3})/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400'])
  })
})
