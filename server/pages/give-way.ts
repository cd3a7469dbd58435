import { readdirSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ServerLog } from '#server/logging/log.ts'

// nice(2): of a core that both want, whoever validates gets three quarters. With 10 a page stood still on a machine that others
// kept busy, and validations were no faster.
const NICE = 5
const THIS_THREAD = 0

// On Linux a rank is a thread's own: those that collect garbage and compile have to be asked for one by one, and those that
// begin later have that of whoever begins them. Elsewhere a process has one.
const threadsOf = (): readonly number[] =>
  process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [THIS_THREAD]

/**
 * Composes what this process needs, and answers with it how its work gives way to that of others from then on: but for what
 * began with the composing, the thread that writes. Others wait for the file that it holds. It begins with the first list of
 * all, which the first chore writes within a turn of the loop.
 */
export const composeBeforeGivingWay = async <Composed>(
  compose: () => Promise<Composed>,
): Promise<{ readonly composed: Composed; giveWay(log: Pick<ServerLog, 'warn'>): void }> => {
  const before = threadsOf()
  const composed = await compose()
  await nextTurn()
  await nextTurn()
  const begun = threadsOf().filter((thread) => !before.includes(thread))
  return {
    composed,
    giveWay: (log) => {
      try {
        const giving = threadsOf().filter((thread) => !begun.includes(thread) && getPriority(thread) < NICE)
        for (const thread of giving) setPriority(thread, NICE)
      } catch (thrown) {
        log.warn(`pages have the rank of everything else on this machine: ${String(thrown)}`)
      }
    },
  }
}
