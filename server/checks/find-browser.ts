import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright'

const INSTALLED = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map((name) =>
  join('/usr/bin', name),
)
const INSTALL_MS = 10 * 60_000
const WHAT_TO_DO =
  'no browser for the tests: install Chromium ("apt-get install chromium" on Debian), or name one in LATCHKEY_CHROMIUM'

// Some systems keep a script at the usual path that only says how to install; a browser tells its version.
const starts = (path: string): boolean => {
  if (!existsSync(path)) return false
  try {
    return /\d+\.\d+/.test(execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    return false
  }
}

const attempt = (command: string, ...args: readonly string[]): boolean => {
  process.stdout.write(`no browser found; trying: ${command.split('/').at(-1)} ${args.join(' ')}\n`)
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    execFileSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], timeout: INSTALL_MS, env })
    return true
  } catch {
    return false
  }
}

/** What a machine has and lets one do about browsers. */
export type Machine = {
  /** Paths where a browser may be, in the order of trust. */
  readonly places: readonly string[]
  /** Whether packages of Debian may be installed. */
  readonly mayInstall: () => boolean
  /** Runs a command that brings a browser; false when it fails. */
  attempt(command: string, ...args: readonly string[]): boolean
}

const thisMachine: Machine = {
  places: [...INSTALLED, chromium.executablePath()],
  mayInstall: () => process.getuid?.() === 0 && existsSync('/etc/debian_version'),
  attempt,
}

const APT_INSTALL = ['apt-get', 'install', '-y', '--no-install-recommends', 'chromium'] as const

const debian = ({ mayInstall, attempt: does }: Machine): boolean =>
  mayInstall() && (does(...APT_INSTALL) || (does('apt-get', 'update') && does(...APT_INSTALL)))

/** The path of a Chromium that starts: the one named, an installed one, Playwright's own, else one installed now. */
export const findBrowser = (named: string | undefined, bin: string, machine: Machine = thisMachine): string => {
  if (named !== undefined && named !== '') {
    if (starts(named)) return named
    throw new Error(`LATCHKEY_CHROMIUM names ${named}, which is no browser that starts`)
  }
  const look = () => machine.places.find(starts)
  const found =
    look() ??
    (machine.attempt(join(bin, 'playwright'), 'install', 'chromium') ? look() : undefined) ??
    (debian(machine) ? look() : undefined)
  if (found === undefined) throw new Error(WHAT_TO_DO)
  return found
}
