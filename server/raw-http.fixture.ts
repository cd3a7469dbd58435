import { connect } from 'node:net'

/** An answer as it came over the socket. */
export type RawAnswer = {
  readonly status: number
  /** Lower-case names; repeated ones joined by a line feed. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const parse = (bytes: string): RawAnswer => {
  const [head = '', ...rest] = bytes.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '').split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const [name = '', ...value] = line.split(': ')
    const key = name.toLowerCase()
    headers[key] = headers[key] === undefined ? value.join(': ') : `${headers[key]}\n${value.join(': ')}`
  }
  return { status: Number(first.split(' ')[1] ?? 0), headers, body: rest.join('\r\n\r\n') }
}

/** Sends bytes as they are (several parts: one after the other) and reads until the server closes, at most 10 s. */
export const sendRaw = (port: number, ...parts: readonly (string | Buffer)[]): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let received = ''
    socket.setTimeout(10_000, () => socket.destroy(new Error('the server said nothing for 10 s')))
    socket.setNoDelay(true)
    socket.on('connect', () => {
      for (const part of parts) socket.write(part)
    })
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
    })
    socket.on('error', (error) => (received === '' ? reject(error) : resolve(parse(received))))
    socket.on('close', () => resolve(parse(received)))
  })

/** A request text with `Host` and `Connection: close`, to which lines and a body may be added. */
export const requestText = (
  method: string,
  target: string,
  { host = 'localhost', lines = [], body = '' }: { host?: string; lines?: readonly string[]; body?: string } = {},
): string => [`${method} ${target} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...lines, '', body].join('\r\n')
