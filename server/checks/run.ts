import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { add, type Counts, playwrightCounts, single, vitestCounts } from '#server/checks/counts.ts'
import { findBrowser } from '#server/checks/find-browser.ts'
import { BIN, run, stopCode, stopOnSignals } from '#server/checks/processes.ts'

// `npm test`: every check, in four phases; `npm run validate` names the first alone.
const reports = mkdtempSync(join(tmpdir(), 'latchkey-checks-'))
const NONE: Counts = { passed: 0, failed: 0 }

const say = (line: string) => process.stdout.write(`${line}\n`)
const since = (start: number) => `${((performance.now() - start) / 1000).toFixed(1)} s`

type Command = readonly [name: string, command: string, ...args: string[]]

const STATIC: readonly Command[] = [
  ['types', 'tsc', '--noEmit'],
  ['lint', 'oxlint'],
  ['format', 'biome', 'check', '--error-on-warnings'],
  ['unused', 'knip'],
]

const check = async ([name, command, ...args]: Command): Promise<Counts> => {
  const start = performance.now()
  const { code, output } = await run(command, args, { quiet: true })
  say(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${since(start)})`)
  if (code !== 0) say(output.trimEnd())
  return single(code)
}

// Two hands at work, each taking the next check as soon as it is free.
const inPairs = async (commands: readonly Command[]): Promise<Counts> => {
  const waiting = [...commands]
  const hand = async () => {
    let counts = NONE
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) counts = add(counts, await check(next))
    return counts
  }
  return add(...(await Promise.all([hand(), hand()])))
}

const staticChecks = async (): Promise<Counts> => {
  // The pages' route types, and the declarations that Next keeps out of the repository.
  const typegen = await run('next', ['typegen'], { quiet: true, env: { NEXT_TELEMETRY_DISABLED: '1' } })
  if (typegen.code !== 0) say(typegen.output.trimEnd())
  return typegen.code === 0 ? inPairs(STATIC) : single(typegen.code)
}

const unit = async (): Promise<Counts> => {
  const file = join(reports, 'vitest.json')
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const { code } = await run('vitest', args)
  return vitestCounts(file, code)
}

const build = async (): Promise<Counts> => single((await run('node', ['server/prepare.mjs', '--build'])).code)

const browser = (path: string) => async (): Promise<Counts> => {
  const file = join(reports, 'playwright.json')
  const env = { LATCHKEY_CHROMIUM: path, PLAYWRIGHT_JSON_OUTPUT_FILE: file }
  const { code } = await run('playwright', ['test', '-c', 'e2e/playwright.config.ts', '--reporter=list,json'], { env })
  return playwrightCounts(file, code)
}

const phasesFor = (names: readonly string[]) => {
  const wanted = (name: string) => names.length === 0 || names.includes(name)
  // Looked for first: who has no browser should hear of it before the minutes pass.
  const path = wanted('browser') ? findBrowser(process.env.LATCHKEY_CHROMIUM, BIN) : ''
  const all = { static: staticChecks, unit, build, browser: browser(path) }
  const unknown = names.find((name) => !(name in all))
  if (unknown !== undefined) throw new Error(`phases are ${Object.keys(all).join(', ')}; not ${unknown}`)
  return Object.entries(all).filter(([name]) => wanted(name))
}

const main = async (names: readonly string[]): Promise<Counts> => {
  const phases = phasesFor(names)
  const times: string[] = []
  let counts = NONE
  for (const [name, phase] of phases) {
    const start = performance.now()
    say(`\n— ${name} —`)
    counts = add(counts, await phase())
    times.push(`${name} ${since(start)}`)
    if (counts.failed > 0 || stopCode() !== undefined) break
  }
  const skipped = phases.slice(times.length).map(([name]) => name)
  say(`\n${times.join(' · ')}${skipped.length > 0 ? ` · not run: ${skipped.join(', ')}` : ''}`)
  return counts
}

stopOnSignals()
try {
  const { passed, failed } = await main(process.argv.slice(2))
  process.exitCode = stopCode() ?? (failed > 0 ? 1 : 0)
  say(`${passed} passed, ${failed} failed`)
} catch (error) {
  process.exitCode = 1
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
} finally {
  rmSync(reports, { recursive: true, force: true })
}
