import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Child, startChild } from '#server/child.fixture.ts'

const PROGRAM = join(import.meta.dirname, 'small-start.fixture.ts')
const PATIENCE_MS = 15_000
const LOOK_MS = 20

/** Asks again, at most for 15 s, while the answer is undefined or a failure. */
export const until = async <Value>(attempt: () => Promise<Value | undefined>): Promise<Value> => {
  const deadline = performance.now() + PATIENCE_MS
  while (performance.now() < deadline) {
    const value = await attempt().catch(() => undefined)
    if (value !== undefined) return value
    await delay(LOOK_MS)
  }
  throw new Error('it did not come to pass within 15 s')
}

/** Whether no process has this id any more. */
export const isGone = (pid: number): boolean => {
  try {
    return !process.kill(pid, 0)
  } catch {
    return true
  }
}

/** The address that a start announces once it is ready. */
export const ready = async (child: Child): Promise<string> =>
  (await child.saying(/Latchkey is ready at (\S+)/))[1] ?? ''

/** Starts of the small portal with a folder of their own, which holds what they leave for a test to read. */
export const smallStarts = () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-start-'))
  const children: Child[] = []
  return {
    folder,
    holds: (name: string): boolean => readdirSync(folder).includes(name),
    launch: (env: Readonly<Record<string, string>> = {}): Child => {
      const child = startChild(PROGRAM, { PORT: '0', FIXTURE_FOLDER: folder, ...env })
      children.push(child)
      return child
    },
    end: async (): Promise<void> => {
      for (const child of children) {
        child.process.kill('SIGKILL')
        await child.ended
      }
      rmSync(folder, { recursive: true })
    },
  }
}
