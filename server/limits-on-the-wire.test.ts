import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ServedHere, serveHere } from '#server/served-here.fixture.ts'

// The real server, its own clock: how many seconds are left is not said here, but that it is a number of them.

let served: ServedHere
beforeAll(async () => {
  served = await serveHere({ env: { LATCHKEY_ADDRESS_REQUESTS_PER_MINUTE: '4' } })
})
afterAll(() => served.stop())

const WHOLE = /^\d{1,2}$/

/** Sends texts on one connection and reads until so many answers have come. */
const onOneConnection = (texts: readonly string[], answers: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(served.port, '127.0.0.1', () => {
      for (const text of texts) socket.write(text)
    })
    let received = ''
    socket.setTimeout(10_000, () => socket.destroy(new Error(`no ${answers} answers in 10 s: ${received}`)))
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      if (received.split('HTTP/1.1 ').length <= answers) return
      socket.destroy()
      resolve(received)
    })
  })

describe('limits over sockets', () => {
  it('are told by the door of validations and by that of OAuth, and refuse at both', async () => {
    const apiKey = { headers: { 'X-API-KEY': await served.accessToken() } }
    const { id, secret } = await served.client({ requestsPerMinute: 5 })
    const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret }
    const exchange = () => fetch(`${served.url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
    const validate = () => fetch(`${served.url}/api/v1/validate`, apiKey)
    const [validated, exchanged] = [await validate(), await exchange()]
    expect(validated.headers.get('ratelimit-policy')).toBe('"address";q=4;w=60')
    expect(validated.headers.get('ratelimit')).toMatch(/^"address";r=3;t=\d\d$/)
    expect(exchanged.headers.get('ratelimit-policy')).toBe('"token";q=5;w=60, "address";q=4;w=60')
    expect(exchanged.headers.get('ratelimit')).toMatch(/^"token";r=4;t=\d\d, "address";r=2;t=\d\d$/)
    await Promise.all([validate(), validate()])
    for (const refused of [await validate(), await exchange()]) {
      expect([refused.status, refused.headers.get('ratelimit-policy')]).toEqual([429, '"address";q=4;w=60'])
      expect(refused.headers.get('retry-after')).toMatch(WHOLE)
    }
  })

  it('refuse without reading a body, which is no next request', async () => {
    const { host } = new URL(served.url)
    const hidden = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'
    const type = 'Content-Type: application/x-www-form-urlencoded'
    const sized = (path: string) =>
      `POST ${path} HTTP/1.1\r\nHost: ${host}\r\n${type}\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`
    const answered = await onOneConnection(
      [sized('/oauth/token'), sized('/oauth/revoke'), sized('/api/v1/validate')],
      3,
    )
    expect([...answered.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['429', '429', '429'])
  })
})
