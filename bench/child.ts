import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

/** A process of a benchmark: asked one thing at a time over IPC. */
export type Child = {
  /** What it said when it was ready. */
  readonly ready: unknown
  ask(question: unknown): Promise<unknown>
  stop(): Promise<void>
}

// What the product is started with: of what it serves by, and of nobody else.
const ownFlags = (): string[] => {
  const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return (
    String(scripts.start)
      .match(/ --max-\S+/g)
      ?.map((flag) => flag.trim()) ?? []
  )
}

const OURS = new Set(['./latchkey-server.ts', './pages-server.ts'])

/** Starts a file of this folder as a process, one of ours as `npm start` does, and waits for its first message. */
export const startChild = async (file: string, ...args: readonly string[]): Promise<Child> => {
  const child = fork(new URL(file, import.meta.url), args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: OURS.has(file) ? ownFlags() : [],
  })
  const exit = once(child, 'exit')
  const waiting: { reject: (reason: Error) => void } = { reject: () => undefined }
  void exit.then(([code]) => waiting.reject(new Error(`${file} ended with ${String(code)}`)))
  const nextMessage = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.reject = reject
      child.once('message', resolve)
    })
  return {
    ready: await nextMessage(),
    ask: (question) => {
      const answer = nextMessage()
      child.send(question as object)
      return answer
    },
    stop: async () => {
      waiting.reject = () => undefined
      child.kill('SIGTERM')
      await exit
    },
  }
}
