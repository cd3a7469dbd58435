import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A started process and what it has said so far. */
export type Child = {
  readonly process: ChildProcess
  readonly output: () => { readonly stdout: string; readonly stderr: string }
  /** Waits, at most 15 s, until its standard output or error holds a match, and gives that. */
  saying(pattern: RegExp): Promise<RegExpExecArray>
  /** Waits for its end: the code, or the signal. */
  readonly ended: Promise<number | string>
}

const WAIT_MS = 15_000
const LOOK_MS = 10

/** Starts a TypeScript program on this Node with the given variables and no others, as one process unless they say more. */
export const startChild = (
  program: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Child => {
  const child = spawn(process.execPath, [program, ...args], {
    env: { NODE_ENV: 'test', LATCHKEY_WORKERS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk)
  })
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  const saying = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (let waited = 0; waited < WAIT_MS; waited += LOOK_MS) {
      const found = pattern.exec(`${stdout}\n${stderr}`)
      if (found) return found
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    throw new Error(`never said ${pattern}: ${stdout}${stderr}`)
  }
  return { process: child, output: () => ({ stdout, stderr }), saying, ended }
}
