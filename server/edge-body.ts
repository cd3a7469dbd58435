import { IncomingMessage, type ServerResponse } from 'node:http'
import { dropRequestHeader, setRequestHeaders } from '#server/edge-headers.ts'

const LINGER_BYTES_MAX = 1024 * 1024
const LINGER_MS_MAX = 1000

/** How a request's body comes: not at all, with its length said, or in chunks of unknown sum (RFC 9112 §6). */
export type BodyForm = 'none' | 'sized' | 'chunked'

/** How the body comes, by the headers. */
export const bodyFormOf = ({ headers }: IncomingMessage): BodyForm => {
  if (headers['transfer-encoding'] !== undefined) return 'chunked'
  return headers['content-length'] === undefined || headers['content-length'] === '0' ? 'none' : 'sized'
}

/** Whether the length that the client announced goes over the limit. */
export const announcesTooMuch = ({ headers }: IncomingMessage, limit: number): boolean =>
  Number(headers['content-length'] ?? 0) > limit

// A chunk of one byte costs a Buffer and a turn: as much work as a thousand times its length in one piece.
const PIECES_MAX = 4096

const NOTHING = Buffer.alloc(0)

// In one growing buffer: a body in small pieces takes what its bytes do, not what its pieces would.
const appended = (body: Buffer, size: number, piece: Buffer, limit: number): Buffer => {
  if (size === 0) return piece
  const room = size + piece.length
  const into = room <= body.length ? body : Buffer.allocUnsafe(Math.min(limit, 2 * room))
  if (into !== body) body.copy(into, 0, 0, size)
  piece.copy(into, size)
  return into
}

/**
 * Reads a body whole; `too-large` as soon as it passes the limit or comes in more than 4,096 pieces, `aborted` when the client
 * goes away.
 */
export const readWhole = (request: IncomingMessage, limit: number): Promise<Buffer | 'too-large' | 'aborted'> =>
  new Promise((resolve) => {
    let body: Buffer = NOTHING
    let size = 0
    let pieces = 0
    const onData = (piece: Buffer): void => {
      pieces += 1
      if (size + piece.length <= limit && pieces <= PIECES_MAX) {
        body = appended(body, size, piece, limit)
        size += piece.length
        return
      }
      // Whoever answers reads on, or does not.
      request.off('data', onData)
      resolve('too-large')
    }
    // The others stay, as long as the request does: they say nothing any more, and taking them off costs as much as the rest.
    const onAbort = (): void => resolve('aborted')
    request.on('data', onData)
    request.on('end', () => resolve(body.subarray(0, size)))
    request.on('error', onAbort)
    request.on('close', onAbort)
  })

/** The same request with its body already here and its length said: neither plane needs to count chunks. */
export const replay = (request: IncomingMessage, body: Buffer): IncomingMessage => {
  const copy = new IncomingMessage(request.socket)
  copy.method = request.method
  copy.url = request.url
  copy.httpVersion = request.httpVersion
  copy.httpVersionMajor = request.httpVersionMajor
  copy.httpVersionMinor = request.httpVersionMinor
  copy.rawHeaders = request.rawHeaders
  copy.headers = request.headers
  dropRequestHeader(copy, 'transfer-encoding')
  dropRequestHeader(copy, 'trailer')
  setRequestHeaders(copy, { 'content-length': String(body.length) })
  copy.complete = true
  if (body.length > 0) copy.push(body)
  copy.push(null)
  return copy
}

/**
 * Ends a response whose request may still be arriving. Closing at once would reset the connection under the answer, so
 * a little of what comes is read and thrown away first (RFC 9112 §9.6).
 */
export const endAfterLingering = (request: IncomingMessage, response: ServerResponse): void => {
  let discarded = 0
  const end = (): void => {
    clearTimeout(timer)
    request.off('data', onData)
    if (!response.writableEnded) response.end()
  }
  const onData = (chunk: Buffer): void => {
    discarded += chunk.length
    if (discarded > LINGER_BYTES_MAX) end()
  }
  const timer = setTimeout(end, LINGER_MS_MAX)
  if (request.readableEnded || request.destroyed) return end()
  request.on('data', onData)
  request.once('end', end)
  request.once('close', end)
  request.resume()
}
