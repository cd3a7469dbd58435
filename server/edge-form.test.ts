import { afterEach, describe, expect, it } from 'vitest'
import { requestText, sendRaw } from '#server/raw-http.fixture.ts'
import { startMirror } from '#server/small-portal.fixture.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

const MARK = '----WebKitFormBoundaryAbCdEfGhIjKlMnOp'
const TYPE = `multipart/form-data; boundary=${MARK}`
const FORM = `--${MARK}\r\nContent-Disposition: form-data; name="email"\r\n\r\nada@example.com\r\n--${MARK}--\r\n`

const post = async (type: string, body: string, framing = [`Content-Length: ${Buffer.byteLength(body)}`]) => {
  const { port, host, url, stop } = await startMirror()
  stops.push(stop)
  const lines = [`Origin: ${url}`, `Content-Type: ${type}`, ...framing]
  return sendRaw(port, requestText('POST', '/sign-in', { host, lines, body }))
}

describe('a form of several parts', () => {
  it('reaches the pages as it was sent', async () => {
    const { status, body } = await post(TYPE, FORM)
    expect(status).toBe(200)
    expect(JSON.parse(body)).toMatchObject({
      page: true,
      body: FORM,
      headers: { 'content-length': String(FORM.length) },
    })
  })

  it('reaches them from chunks as well', async () => {
    const chunked = `${FORM.length.toString(16)}\r\n${FORM}\r\n0\r\n\r\n`
    const { status, body } = await post(TYPE, chunked, ['Transfer-Encoding: chunked'])
    expect(status).toBe(200)
    expect(JSON.parse(body)).toMatchObject({ page: true, body: FORM })
  })

  it.each([
    ['that is none', TYPE, 'garbage'],
    ['that breaks off', TYPE, FORM.slice(0, 60)],
    ['with a part without a name', TYPE, `--${MARK}\r\nX: y\r\n\r\n1\r\n--${MARK}--\r\n`],
    ['without a boundary', 'multipart/form-data', FORM],
    ['of another boundary', 'Multipart/Form-Data; boundary=another', FORM],
    ['without anything in it', TYPE, ''],
  ])('%s is 400 and reaches nobody', async (_, type, sent) => {
    const { status, body } = await post(type, sent)
    expect(status).toBe(400)
    expect(JSON.parse(body)).toMatchObject({ code: 'request.malformed', detail: 'The form could not be read.' })
  })

  it('is nothing that other bodies are held against', async () => {
    const { status, body } = await post('text/plain;charset=UTF-8', '--x garbage')
    expect(status).toBe(200)
    expect(JSON.parse(body)).toMatchObject({ body: '--x garbage' })
  })
})
