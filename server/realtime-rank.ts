import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ConfigError } from '#lib/config/config-error.ts'

const run = promisify(execFile)

// The lowest of the ranks there are: above everything that has none.
const RANK = '1'

const whyNot = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown)
  if ('code' in thrown && thrown.code === 'ENOENT') return 'the program chrt (of util-linux, on Linux) is not there'
  const said = 'stderr' in thrown && typeof thrown.stderr === 'string' ? thrown.stderr.trim() : ''
  return said === '' ? thrown.message : said
}

/**
 * Gives the main thread of a process, this one unless told otherwise, a real-time rank (SCHED_RR, sched(7)): when it has
 * something to do it gets a core at once, whoever is there. Threads and processes that it starts from then on have the
 * usual rank. Throws ConfigError where that is not allowed.
 */
export const takeRealtimeRank = async (pid = process.pid): Promise<void> => {
  try {
    await run('chrt', ['--rr', '--reset-on-fork', '--pid', RANK, String(pid)])
  } catch (thrown) {
    throw new ConfigError(
      `LATCHKEY_RANK is "realtime", but ${whyNot(thrown)}. Let Latchkey have real-time ranks (CAP_SYS_NICE or LimitRTPRIO=1), or leave LATCHKEY_RANK out.`,
    )
  }
}
