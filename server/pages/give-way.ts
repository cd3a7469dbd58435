import { readdirSync, readFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ServerLog } from '#server/logging/log.ts'

// nice(2): of a core that both want, whoever validates gets three quarters. With 10 a page stood still on a machine that others
// kept busy, and validations were no faster.
const NICE = 5
const TASKS = '/proc/self/task'
const THIS_THREAD = 0
const WRITER = 'latchkey-writer'

// On Linux a rank is a thread's own: those that collect garbage and compile are there already, and have to be asked for
// one by one; those that begin later have that of whoever begins them. Elsewhere a process has one.
const threadsOf = (): readonly number[] => {
  if (process.platform !== 'linux') return [THIS_THREAD]
  return readdirSync(TASKS)
    .filter((id) => readFileSync(`${TASKS}/${id}/comm`, 'utf8').trim() !== WRITER)
    .map(Number)
}

/**
 * From now on the work of this process gives way to that of others, but for the thread that writes: others wait for the
 * file that it holds. That one begins with the first list of all, which the first chore writes within a turn of the loop.
 */
export const giveWay = async (log: Pick<ServerLog, 'warn'>): Promise<void> => {
  await nextTurn()
  await nextTurn()
  try {
    for (const thread of threadsOf()) if (getPriority(thread) < NICE) setPriority(thread, NICE)
  } catch (thrown) {
    log.warn(`pages have the rank of everything else on this machine: ${String(thrown)}`)
  }
}
