import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#db/contract/free-port.ts'

const NEEDED = ['initdb', 'postgres', 'pg_ctl', 'createdb', 'dropdb', 'pg_dump', 'pg_restore', 'pg_basebackup']

const USER = 'latchkey'
// Nobody but this machine's loopback can reach the server, and nothing worth keeping is in it.
const PASSWORD = 'for-tests-alone'

const said = (program: string, ...args: readonly string[]): string | undefined => {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

const folderOfTools = said('pg_config', '--bindir') ?? ''

// PostgreSQL refuses to run as root.
const isRoot = (): boolean => process.getuid?.() === 0
const otherUser = isRoot()
  ? { uid: Number(said('id', '-u', 'postgres')), gid: Number(said('id', '-g', 'postgres')) }
  : {}

/** Why PostgreSQL's own programs cannot be used on this machine; undefined: they can. */
export const whyNoTools = (): string | undefined => {
  if (folderOfTools === '') return 'needs an installed PostgreSQL (pg_config)'
  const missing = NEEDED.find((program) => !existsSync(join(folderOfTools, program)))
  if (missing) return `needs ${missing} of an installed PostgreSQL`
  return Number.isNaN(otherUser.uid) ? 'needs a user postgres, as PostgreSQL does not run as root' : undefined
}

/** A folder in which a server of those programs lives, or may live. */
export type ToolServer = {
  readonly folder: string
  url(database: string): string
  /** Runs a line of a shell as an operator of this server does. */
  sh(line: string): string
  start(settings?: string): void
  /** Ends it at once, as a power cut would. */
  kill(): void
  remove(): void
}

// In the words of a shell, which keeps the rest of what it was given.
const environmentAt = (port: number): string =>
  `export PATH="${folderOfTools}:$PATH" PGHOST=127.0.0.1 PGPORT=${port} PGUSER=${USER} PGPASSWORD=${PASSWORD}`

/** A place on loopback for a server, without one: `pg_basebackup` or `initdb` makes its folder. */
export const placeOfServer = async (): Promise<ToolServer> => {
  const place = mkdtempSync(join(tmpdir(), 'latchkey-tools-'))
  const folder = join(place, 'data')
  const log = join(place, 'log')
  const port = await freePort()
  chmodSync(place, 0o755)
  if (otherUser.uid !== undefined) chownSync(place, otherUser.uid, otherUser.gid)
  const environment = environmentAt(port)
  const sh = (line: string): string =>
    execFileSync('sh', ['-ec', `${environment}\n${line}`], {
      cwd: place,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      ...otherUser,
    })
  return {
    folder,
    url: (database) => `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`,
    sh,
    start: (settings = '') => {
      appendFileSync(join(folder, 'postgresql.auto.conf'), `${settings}\n`)
      sh(
        `pg_ctl start --wait --silent --pgdata=${folder} --log=${log} --options='-p ${port} -c unix_socket_directories='`,
      )
    },
    kill: () => void sh(`pg_ctl stop --mode=immediate --silent --pgdata=${folder}`),
    remove: () => {
      spawnSync(join(folderOfTools, 'pg_ctl'), ['stop', '--mode=immediate', `--pgdata=${folder}`], otherUser)
      rmSync(place, { recursive: true, force: true })
    },
  }
}

/** A running server with an archive of its log, as an operator has it who can go back to any moment. */
export const archivingServer = async (): Promise<ToolServer & { readonly archive: string }> => {
  const server = await placeOfServer()
  const archive = join(server.folder, '..', 'archive')
  mkdirSync(archive)
  chmodSync(archive, 0o777)
  const secret = join(server.folder, '..', 'password')
  writeFileSync(secret, PASSWORD)
  server.sh(
    `initdb --pgdata=${server.folder} --username=${USER} --pwfile=${secret} --auth=scram-sha-256 --no-sync >/dev/null`,
  )
  server.start(`archive_mode = on\narchive_command = 'test ! -f ${archive}/%f && cp %p ${archive}/%f'`)
  return { ...server, archive }
}
