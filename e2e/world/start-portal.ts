import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Answer, Verbs } from '#e2e/world/messages.ts'

const ENTRY = resolve(import.meta.dirname, '../portal-process.ts')
const START_MS = 60_000

/** A portal in a process and a folder of its own. */
export type RunningPortal = {
  readonly url: string
  /** Where all its files lie. */
  readonly folder: string
  /** Asks the process to do something with the portal's own use-cases. */
  ask<Verb extends keyof Verbs>(
    verb: Verb,
    ...given: Parameters<Verbs[Verb]>
  ): Promise<Awaited<ReturnType<Verbs[Verb]>>>
  /** What the process has written to the terminal since it was last asked. */
  said(): string
  stop(): Promise<void>
}

type Settings = Readonly<Record<string, string>>

const environmentOf = (folder: string, settings: Settings): NodeJS.ProcessEnv => ({
  NODE_ENV: 'production',
  PATH: process.env['PATH'] ?? '',
  HOME: folder,
  PORT: '0',
  DATABASE_URL: `file:${join(folder, 'latchkey.db')}`,
  LATCHKEY_SECRET: randomBytes(32).toString('base64url'),
  // Tests say by X-Forwarded-For where they come from, so that none is slowed down by another's wrong guesses.
  LATCHKEY_TRUSTED_PROXIES: '127.0.0.1,::1',
  ...settings,
})

const whenReady = (child: ChildProcess): Promise<string> =>
  new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`the portal was not ready after ${START_MS} ms`)), START_MS)
    child.once('exit', (code) => fail(new Error(`the portal ended with code ${code} before it was ready`)))
    child.on('message', (message: Answer) => {
      if (!('ready' in message)) return
      clearTimeout(timer)
      done(message.ready.url)
    })
  })

const asker = (child: ChildProcess): RunningPortal['ask'] => {
  let last = 0
  return (verb, ...given) => {
    last += 1
    const id = last
    return new Promise((done, fail) => {
      const hear = (message: Answer) => {
        if (!('id' in message) || message.id !== id) return
        child.off('message', hear)
        if ('failure' in message) fail(new Error(`${verb}: ${message.failure}`))
        else done(message.answer as Awaited<ReturnType<Verbs[typeof verb]>>)
      }
      child.on('message', hear)
      child.send({ id, verb, given })
    })
  }
}

const stopped = async (child: ChildProcess, ask: RunningPortal['ask']): Promise<void> => {
  if (child.exitCode !== null) return
  const gone = new Promise((done) => child.once('exit', done))
  const impatient = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await Promise.race([ask('stop'), gone])
  await gone
  clearTimeout(impatient)
}

/** Starts a portal on a free port over an empty database; `settings` are variables as an operator would set them. */
export const startPortal = async (settings: Settings = {}): Promise<RunningPortal> => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-e2e-'))
  const child = fork(ENTRY, {
    env: environmentOf(folder, settings),
    // Not those of the test runner, which would compile the product its own way.
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += String(chunk)))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  try {
    const url = await whenReady(child)
    const ask = asker(child)
    return {
      url,
      folder,
      ask,
      said: () => {
        const words = said
        said = ''
        return words
      },
      stop: async () => {
        await stopped(child, ask)
        removeFolder()
      },
    }
  } catch (thrown) {
    child.kill('SIGKILL')
    removeFolder()
    throw new Error(`${String(thrown)}\n${said}`, { cause: thrown })
  }
}
