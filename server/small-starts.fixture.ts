import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Child, startChild } from '#server/child.fixture.ts'
import { requestText, sendRaw } from '#server/raw-http.fixture.ts'

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

// On Linux an orphan keeps its id until the first process of the machine hears of its end, which takes as long as that likes.
const isEnded = (pid: number): boolean =>
  process.platform === 'linux' && /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))

/** Whether a process has ended. */
export const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return isEnded(pid)
  } catch {
    return true
  }
}

/** The address that a start announces once it is ready. */
export const ready = async (child: Child): Promise<string> =>
  (await child.saying(/Latchkey is ready at (\S+)/))[1] ?? ''

/** The process that answers this time. A connection of its own each time: a kept one stays with one process. */
export const pidOf = async (url: string): Promise<number> => {
  const { host, port } = new URL(url)
  return Number((await sendRaw(Number(port), requestText('GET', '/api/pid', { host }))).body)
}

const TURNS_MAX = 40

/** The processes that answer, as many as were met before all that are expected. */
export const answeringAt = async (url: string, expected: number): Promise<ReadonlySet<number>> => {
  const pids = new Set<number>()
  for (let turn = 0; turn < TURNS_MAX && pids.size < expected; turn += 1) pids.add(await pidOf(url))
  return pids
}

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
