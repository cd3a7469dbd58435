// Makes a fresh clone ready to run: installs when the lockfile changed, builds the pages when what they are made of did.
// Plain JavaScript without packages: it runs before there are any, on whatever Node the machine has (18 or newer).
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { acquire } from './prepare-lock.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const LOCK_FOLDER = join(ROOT, '.prepare')
const MODULES = join(ROOT, 'node_modules')
const INSTALL_STAMP = join(MODULES, '.latchkey-install')
const BUILD_STAMP = join(ROOT, '.next', '.latchkey-build')
const BIN = join(MODULES, '.bin')
const NODE = join(BIN, 'node')

const SOURCES = ['app', 'components', 'db', 'lib', 'public', 'server']
const CONFIGS = ['next.config.mjs', 'package.json', 'package-lock.json', 'postcss.config.mjs', 'tsconfig.json']
const NOT_BUILT = /\.(test|fixture)\.tsx?$|^server\/(checks\/|prepare)|^db\/(contract|migrations)\//

class Refusal extends Error {}

const say = (line) => process.stdout.write(`latchkey: ${line}\n`)

const filesUnder = (folder) =>
  existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
        const path = `${folder}/${entry.name}`
        return entry.isDirectory() ? filesUnder(path) : [path]
      })
    : []

const digestOf = (paths, ...more) => {
  const digest = createHash('sha256').update(JSON.stringify(more))
  for (const path of paths) digest.update(`\0${path}\0`).update(readFileSync(join(ROOT, path)))
  return digest.digest('hex')
}

const installDigest = () => digestOf(['package-lock.json'], process.platform, process.arch)

const buildDigest = () => {
  const sources = SOURCES.flatMap(filesUnder).filter((path) => !NOT_BUILT.test(path))
  const paths = [...sources, ...CONFIGS.filter((path) => existsSync(join(ROOT, path)))]
  return digestOf(
    paths.sort((a, b) => (a < b ? -1 : 1)),
    installDigest(),
  )
}

const stampSays = (stamp, digest) => existsSync(stamp) && readFileSync(stamp, 'utf8') === digest

// Who ran npm by hand may have left out the packages that build and test.
const isComplete = () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  return Object.keys({ ...dependencies, ...devDependencies }).every((name) => existsSync(join(MODULES, name)))
}

const installed = () => stampSays(INSTALL_STAMP, installDigest()) && existsSync(NODE) && isComplete()
const built = () => existsSync(join(ROOT, '.next', 'BUILD_ID')) && stampSays(BUILD_STAMP, buildDigest())

// A signal meant for us is handed on, and answered only after the child has gone: nothing is left running.
const run = (held, command, args, env) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] })
    const stops = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => [signal, () => child.kill(signal)])
    for (const [signal, stop] of stops) process.on(signal, stop)
    child.on('spawn', () => held.working(child.pid))
    child.on('error', (error) => reject(new Refusal(`cannot start ${command}: ${error.code ?? error.message}`)))
    child.on('close', (code, signal) => {
      for (const [name, stop] of stops) process.off(name, stop)
      resolve({ code: code ?? 128 + constants.signals[signal], signal })
    })
  })

const mustRun = async (held, what, command, args, env) => {
  const { code, signal } = await run(held, command, args, env)
  if (code === 0) return
  const how = signal === null ? `ended with code ${code}` : `was stopped by ${signal}`
  throw Object.assign(new Refusal(`${what} ${how}; what it said stands above`), { exitCode: code })
}

const install = async (held) => {
  const digest = installDigest()
  say('installing packages (package-lock.json is new here)')
  // An empty folder and no save make this `npm ci`, which itself refuses a lockfile made where a registry lacked some
  // other platform's optional package.
  rmSync(MODULES, { recursive: true, force: true })
  const args = ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  await mustRun(held, 'npm install', 'npm', args, process.env)
  if (!existsSync(NODE) || !isComplete())
    throw new Refusal('npm install left packages out: is npm told to ignore scripts?')
  writeFileSync(INSTALL_STAMP, digest)
}

const build = async (held) => {
  // Taken before: what changes while the build runs makes it stale.
  const digest = buildDigest()
  say('building the pages (their sources are new here)')
  rmSync(BUILD_STAMP, { force: true })
  const path = `${BIN}${delimiter}${process.env.PATH ?? ''}`
  const env = { ...process.env, PATH: path, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
  await mustRun(held, 'next build', NODE, [join(BIN, 'next'), 'build'], env)
  writeFileSync(BUILD_STAMP, digest)
}

const waiting = ({ pid, host }) => say(`waiting for process ${pid} on ${host}, which is preparing already`)

const prepare = async (steps) => {
  const due = () => steps.filter((step) => !step.done())
  if (due().length === 0) return
  const held = await acquire(LOCK_FOLDER, waiting)
  try {
    for (const step of due()) if (!step.done()) await step.make(held)
  } finally {
    held.release()
  }
}

const STEPS = {
  '--install': { done: installed, make: install },
  '--build': { done: built, make: build },
}

const main = async (args) => {
  const unknown = args.find((arg) => !(arg in STEPS) && arg !== '--stamp')
  if (unknown !== undefined) throw new Refusal(`prepare knows --install and --build, not ${unknown}`)
  // npm has just changed node_modules by itself (the "dependencies" script): what lies there is what the lockfile says.
  if (args.includes('--stamp')) writeFileSync(INSTALL_STAMP, installDigest())
  else await prepare(args.length === 0 ? Object.values(STEPS) : args.map((arg) => STEPS[arg]))
}

main(process.argv.slice(2)).catch((error) => {
  const known = error instanceof Refusal || error.code !== undefined
  process.stderr.write(`latchkey: ${known ? error.message : error.stack}\n`)
  process.exitCode = error.exitCode ?? 1
})
