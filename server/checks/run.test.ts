import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'latchkey-run-'))

afterAll(() => rmSync(folder, { recursive: true }))

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, said })) }
}

const runChecks = (args: readonly string[], env?: Readonly<Record<string, string>>) =>
  start(['server/checks/run.ts', ...args], env).ended

test('an unknown phase is refused in one line', async () => {
  const { code, said } = await runChecks(['static', 'brwoser'])
  expect(code).toBe(1)
  expect(said).toBe('phases are static, unit, build, browser; not brwoser\n')
})

test('a browser that is named but does not start is refused before anything runs', async () => {
  const { code, said } = await runChecks(['browser'], { LATCHKEY_CHROMIUM: join(folder, 'none') })
  expect({ code, said }).toEqual({
    code: 1,
    said: `LATCHKEY_CHROMIUM names ${join(folder, 'none')}, which is no browser that starts\n`,
  })
})

test('a script that only says how to install a browser is none', async () => {
  const script = join(folder, 'chromium')
  writeFileSync(script, '#!/bin/sh\necho "Command requires the chromium snap to be installed."\nexit 10\n')
  chmodSync(script, 0o755)
  const { code, said } = await runChecks(['browser'], { LATCHKEY_CHROMIUM: script })
  expect({ code, said }).toEqual({
    code: 1,
    said: `LATCHKEY_CHROMIUM names ${script}, which is no browser that starts\n`,
  })
})

// The runner's own way of starting commands, over one that starts another and would wait for a minute.
const PROGRAM = `
import { run, stopCode, stopOnSignals } from ${JSON.stringify(resolve('server/checks/processes.ts'))}
stopOnSignals()
const script = "const { spawn } = require('node:child_process');"
  + "const inner = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });"
  + "require('node:fs').writeFileSync(process.env.PID_FILE, String(inner.pid)); setTimeout(() => {}, 60000)"
const { code } = await run('node', ['-e', script])
const { code: next } = await run('node', ['-e', ''])
console.log(JSON.stringify({ code, next, stopCode: stopCode() }))
`

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const until = async (holds: () => boolean) => {
  for (let tries = 0; tries < 200 && !holds(); tries += 1) await sleep(25)
}

test('a stop signal reaches the children of the commands, and nothing starts after it', async () => {
  const pidFile = join(folder, 'pid')
  const { child, ended } = start(['--input-type=module', '-e', PROGRAM], { PID_FILE: pidFile })
  await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '')
  const inner = Number(readFileSync(pidFile, 'utf8'))
  expect(isAlive(inner)).toBe(true)
  child.kill('SIGINT')
  const { said } = await ended
  expect(JSON.parse(said)).toEqual({ code: 130, next: 130, stopCode: 130 })
  await until(() => !isAlive(inner))
  expect(isAlive(inner)).toBe(false)
})
