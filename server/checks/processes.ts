import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, join, resolve } from 'node:path'

/** Where the packages' commands lie; their scripts ask the path for `node` and must find ours. */
export const BIN = resolve('node_modules/.bin')

/** How a command ended: its code, and what it said when it was asked to keep quiet. */
export type Outcome = { readonly code: number; readonly output: string }

type Options = { readonly quiet?: boolean; readonly env?: Readonly<Record<string, string>> }

const running = new Set<ChildProcess>()
let stopping: NodeJS.Signals | undefined

const signalGroup = (child: ChildProcess, signal: NodeJS.Signals) => {
  if (child.pid === undefined) return
  try {
    // The group, since test runners have workers and servers of their own.
    process.kill(-child.pid, signal)
  } catch {
    // It has just ended by itself.
  }
}

/** Hands a stop signal on to every command, the second time without mercy; nothing new starts afterwards. */
export const stopOnSignals = () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      for (const child of running) signalGroup(child, stopping === undefined ? signal : 'SIGKILL')
      stopping ??= signal
    })
}

/** The exit code that a stop signal asks for (128 + its number), once one has come. */
export const stopCode = (): number | undefined =>
  stopping === undefined ? undefined : 128 + constants.signals[stopping]

/** Runs one of the packages' commands (or `node`) to its end. Never throws for a bad exit. */
export const run = (command: string, args: readonly string[], { quiet = false, env = {} }: Options = {}) =>
  new Promise<Outcome>((done) => {
    const code = stopCode()
    if (code !== undefined) return done({ code, output: '' })
    const child = spawn(join(BIN, command), args, {
      detached: true,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}`, ...env },
    })
    running.add(child)
    const chunks: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
    const end = (ended: number, said: string) => {
      running.delete(child)
      done({ code: ended, output: said })
    }
    child.on('error', (error) => end(1, `${command}: ${error.message}\n`))
    child.on('close', (ended, signal) =>
      end(ended ?? 128 + constants.signals[signal ?? 'SIGKILL'], Buffer.concat(chunks).toString()),
    )
  })
