import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { type Server, serverOver } from '#server/attack/race-server.fixture.ts'
import { startChild } from '#server/child.fixture.ts'

const START_MS_MAX = 120_000
const LOOK_MS = 10

// A proof that is broken off leaves no server behind.
const alive = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

/** A process that serves, and can be ended as by a power cut. */
export type Served = Server & {
  readonly url: string
  readonly pid: number
  /**
   * Resolves when an address answers anything but that the server has failed or is not there yet; rejects when that never
   * happens, and when changes were lost of which the witness knows.
   */
  until(path: string): Promise<void>
  /** What it said. */
  said(): string
  kill(): Promise<void>
  /** Waits until it has ended by itself, and answers how. */
  readonly ended: Promise<number | string>
}

/** What is started, and where it is told to listen. */
export type Program = {
  readonly program: string
  readonly port: number
  readonly env: Readonly<Record<string, string>>
}

/** Starts a server; it may not be ready yet. */
export const serveProcess = ({ program, port, env }: Program): Served => {
  const url = `http://127.0.0.1:${port}`
  const child = startChild(program, { ...env, PORT: String(port) })
  const said = () => `${child.output().stdout}${child.output().stderr}`
  let over = false
  alive.add(child.process)
  void child.ended.then(() => {
    alive.delete(child.process)
    over = true
  })
  const send = (path: string, init: RequestInit = {}) => fetch(`${url}${path}`, { ...init, redirect: 'manual' })
  const isUp = (path: string): Promise<boolean> =>
    send(path).then(
      async (response) => {
        // What readiness says of a database that is behind its witness.
        if (/was restored/.test(await response.text())) throw new Error('it lost changes of which its witness knows')
        return response.status < 500
      },
      () => false,
    )
  return {
    ...serverOver({ send, lose: () => Promise.reject(new Error('nothing is lost here')) }),
    url,
    pid: child.process.pid ?? 0,
    until: async (path) => {
      const deadline = performance.now() + START_MS_MAX
      while (!(await isUp(path))) {
        if (over || performance.now() > deadline) throw new Error(`it is not up: ${said()}`)
        await delay(LOOK_MS)
      }
    },
    said,
    kill: async () => {
      child.process.kill('SIGKILL')
      await child.ended
    },
    ended: child.ended,
  }
}
