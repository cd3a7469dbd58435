import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

// A project as small as can be: real npm, with packages from folders, so that nothing is asked of a registry.
let root: string
const started: ChildProcess[] = []

const write = async (path: string, text: string) => {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}

const read = (path: string) => readFile(join(root, path), 'utf8').catch(() => '')

const count = async (path: string) => (await read(path)).split('\n').filter(Boolean).length

const bin = async (name: string, script: string) => {
  await write(`${name}/package.json`, JSON.stringify({ name, version: '1.0.0', bin: { [name]: `bin.${name}` } }))
  await write(`${name}/bin.${name}`, script)
  await chmod(join(root, name, `bin.${name}`), 0o755)
}

const NEXT = `const fs = require('node:fs')
fs.appendFileSync('built.log', process.env.NODE_ENV + '\\n')
fs.mkdirSync('.next', { recursive: true })
if (fs.existsSync('broken')) process.exit(7)
setTimeout(() => fs.writeFileSync('.next/BUILD_ID', 'b'), fs.existsSync('slow') ? 2500 : 0)
`

type Ended = {
  readonly code: number | null
  readonly signal: string | null
  readonly out: string
  readonly err: string
}

const start = (...args: string[]) => {
  const child = spawn(process.execPath, ['server/prepare.mjs', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal, out, err }))
  return { child, ended }
}

const prepare = (...args: string[]) => start(...args).ended

const until = async (holds: () => Promise<boolean>) => {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await holds()) return
    await sleep(25)
  }
  throw new Error('waited ten seconds in vain')
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'latchkey-prepare-'))
  await mkdir(join(root, 'server'))
  for (const name of ['prepare.mjs', 'prepare-lock.mjs']) await cp(join('server', name), join(root, 'server', name))
  await bin('node', `#!/bin/sh\nexec '${process.execPath}' "$@"\n`)
  await bin('next', NEXT)
  const dependencies = { node: 'file:./node', next: 'file:./next' }
  const scripts = { postinstall: 'echo installed >> installed.log; test ! -e no-network' }
  await write('package.json', JSON.stringify({ name: 'tiny', version: '1.0.0', scripts, dependencies }))
  await write('app/page.tsx', 'one')
  await write('package-lock.json', JSON.stringify({ name: 'tiny', version: '1.0.0', lockfileVersion: 3, packages: {} }))
})

afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
})

describe('prepare', { timeout: 60_000 }, () => {
  test('installs and builds once, then has nothing to say', async () => {
    const first = await prepare()
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(first.out).toMatch(/installing packages[^]*building the pages/)
    expect(await prepare()).toEqual({ code: 0, signal: null, out: '', err: '' })
    expect([await count('installed.log'), await read('built.log')]).toEqual([1, 'production\n'])
  })

  test('builds again when a source changes, not when a test does; installs again when the lockfile changes', async () => {
    await prepare()
    await write('app/page.test.ts', 'a test')
    await write('server/checks/new.ts', 'a check')
    expect((await prepare()).out).toBe('')
    await write('app/page.tsx', 'two')
    expect((await prepare()).out).toMatch(/^latchkey: building/)
    expect([await count('installed.log'), await count('built.log')]).toEqual([1, 2])
    await write('package-lock.json', `${await read('package-lock.json')}\n`)
    expect((await prepare('--install')).out).toMatch(/^latchkey: installing/)
    expect([await count('installed.log'), await count('built.log')]).toEqual([2, 2])
  })

  test('a package that was taken away is put back', async () => {
    await prepare()
    await rm(join(root, 'node_modules/next'), { recursive: true })
    expect((await prepare()).out).toMatch(/^latchkey: installing/)
    expect([await count('installed.log'), await count('built.log')]).toEqual([2, 1])
  })

  test('two at once install once and build once', async () => {
    const both = await Promise.all([prepare(), prepare()])
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(both.map(({ out }) => out).join('')).toContain('which is preparing already')
    expect([await count('installed.log'), await count('built.log')]).toEqual([1, 1])
  })

  test('a failed install or build ends with one line and its code, and is done again', async () => {
    await write('no-network', '')
    const offline = await prepare()
    expect(offline.code).not.toBe(0)
    expect(offline.err.trimEnd().split('\n').at(-1)).toMatch(/^latchkey: npm install ended with code \d+/)
    await rm(join(root, 'no-network'))
    await write('broken', '')
    const broken = await prepare()
    expect(broken).toMatchObject({
      code: 7,
      err: 'latchkey: next build ended with code 7; what it said stands above\n',
    })
    await rm(join(root, 'broken'))
    expect(await prepare()).toMatchObject({ code: 0 })
    expect([await count('installed.log'), await count('built.log')]).toEqual([2, 2])
  })

  test('killed while it builds: the next one waits for the orphan, then builds again', async () => {
    await prepare('--install')
    await write('slow', '')
    const killed = start()
    await until(async () => (await count('built.log')) === 1)
    killed.child.kill('SIGKILL')
    await once(killed.child, 'exit')
    await rm(join(root, 'slow'))
    const next = await prepare()
    expect(next.out).toMatch(/waiting for process [^]*building/)
    expect([next.code, await read('.next/BUILD_ID'), await count('built.log')]).toEqual([0, 'b', 2])
  })

  test('asked to stop, it stops what it started and leaves no stamp', async () => {
    await prepare('--install')
    await write('slow', '')
    const stopped = start()
    await until(async () => (await count('built.log')) === 1)
    stopped.child.kill('SIGTERM')
    expect(await stopped.ended).toMatchObject({ code: 143, err: expect.stringContaining('was stopped by SIGTERM') })
    await sleep(200)
    expect([await read('.next/BUILD_ID'), await read('.next/.latchkey-build')]).toEqual(['', ''])
  })

  test('a word it does not know is refused', async () => {
    expect(await prepare('--bild')).toMatchObject({
      code: 1,
      err: 'latchkey: prepare knows --install and --build, not --bild\n',
    })
  })
})
