import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** One slice of asking the same thing. */
export type Asking = {
  readonly port: number
  /** The bytes of one request; they keep the connection. `{n}` in them becomes four digits that differ each time. */
  readonly request: string
  /** So many are sent each second, whatever is answered; undefined: each connection asks again when it was answered. */
  readonly perSecond?: number
  /** Connections at most. */
  readonly connections: number
  readonly milliseconds: number
  /** An answer that comes later is as good as none. */
  readonly patienceMs: number
}

/** What came back of a slice, its first quarter aside. */
export type Told = {
  readonly sent: number
  /** Not sent, as every connection waited. */
  readonly unsent: number
  /** Connections that the server closed in the place of an answer. */
  readonly broken: number
  readonly statuses: Readonly<Record<string, number>>
  /** Answers of success, in time. */
  readonly goodPerSecond: number
  /** Milliseconds of those. */
  readonly p50: number
  readonly p99: number
}

/** A process that asks, so that whoever measures is not what is measured. */
export type Requester = { readonly pid: number; ask(asking: Asking): Promise<Told>; stop(): void }

const PROGRAM = join(import.meta.dirname, 'requester.fixture.ts')

/** Starts one. */
export const startRequester = async (): Promise<Requester> => {
  const child: ChildProcess = fork(PROGRAM, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  await once(child, 'message')
  return {
    pid: child.pid ?? 0,
    ask: async (asking) => {
      const told = once(child, 'message')
      child.send(asking)
      return (await told)[0] as Told
    },
    stop: () => void child.kill('SIGKILL'),
  }
}

/** The bytes of a request that keeps its connection. */
export const keptRequest = (method: string, target: string, lines: readonly string[], body = ''): string =>
  [
    `${method} ${target} HTTP/1.1`,
    'Host: portal.example',
    `Content-Length: ${body.replaceAll('{n}', '0000').length}`,
    ...lines,
    '',
    body,
  ].join('\r\n')
