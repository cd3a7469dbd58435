import type { ChildProcess } from 'node:child_process'
import type { Worker } from 'node:cluster'
import type { ServerLog } from '#server/logging/log.ts'

type Means = {
  readonly log: ServerLog
  /** Hears why there is none: the machine has no more processes, files or memory to give. */
  readonly onNone: (thrown: Error) => void
}

const processOf = (forked: ChildProcess | Worker): ChildProcess => ('process' in forked ? forked.process : forked)

/**
 * A process of our own, or undefined and `onNone`, at once or soon. Its errors end nobody here: one that cannot be told
 * something is about to end, which is heard of by itself.
 */
export const forkOrNone = <Forked extends ChildProcess | Worker>(
  fork: () => Forked,
  { log, onNone }: Means,
): Forked | undefined => {
  try {
    const forked = fork()
    const { pid } = processOf(forked)
    processOf(forked).on('error', (thrown) => {
      if (pid === undefined) onNone(thrown)
      else log.warn(`process ${pid} could not be told something: ${thrown.message}`)
    })
    // A worker says again what its process says.
    if (processOf(forked) !== forked) forked.on('error', () => undefined)
    return forked
  } catch (thrown) {
    onNone(thrown instanceof Error ? thrown : new Error(String(thrown)))
    return undefined
  }
}
