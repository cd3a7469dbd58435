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

const mayInstall = () => process.getuid?.() === 0 && existsSync('/etc/debian_version')

const debian = (): boolean =>
  mayInstall() &&
  (attempt('apt-get', 'install', '-y', '--no-install-recommends', 'chromium') ||
    (attempt('apt-get', 'update') && attempt('apt-get', 'install', '-y', '--no-install-recommends', 'chromium')))

/** The path of a Chromium that starts: the one named, an installed one, Playwright's own, else one installed now. */
export const findBrowser = (named: string | undefined, bin: string): string => {
  if (named !== undefined && named !== '') {
    if (starts(named)) return named
    throw new Error(`LATCHKEY_CHROMIUM names ${named}, which is no browser that starts`)
  }
  const look = () => [...INSTALLED, chromium.executablePath()].find(starts)
  const found =
    look() ??
    (attempt(join(bin, 'playwright'), 'install', 'chromium') ? look() : undefined) ??
    (debian() ? look() : undefined)
  if (found === undefined) throw new Error(WHAT_TO_DO)
  return found
}
