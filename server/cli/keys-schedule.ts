import { createKeyStore } from '#db/key-store.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import { changeSetting } from '#server/cli/change-setting.ts'
import { type Command, readArguments, UsageError } from '#server/cli/command.ts'
import { withDatabase } from '#server/cli/open-environment.ts'

const DAYS = /^(0|[1-9]\d{0,3})$/
const DAYS_MAX = 3650

const readDays = (words: readonly string[]): number | undefined => {
  const [word, ...others] = words
  if (word === undefined) return undefined
  const days = Number(word)
  if (!DAYS.test(word) || days > DAYS_MAX || others.length > 0)
    throw new UsageError(`Say a number of days, 0 to ${DAYS_MAX}; 0: only by command.`)
  return days
}

const describe = (rotationSeconds: number): string => {
  if (rotationSeconds === 0) return 'Keys are replaced by command only.'
  const days = rotationSeconds / DAY_SECONDS
  return `Each key is replaced by itself after ${days === 1 ? 'a day' : `${days} days`}.`
}

/** `keys schedule`: after how many days a signing key is replaced by itself; with a number, sets that. */
export const keysSchedule: Command = {
  name: 'keys schedule',
  usage: '[days]',
  summary: 'says after how many days keys are replaced; with a number, sets it (0: only by command)',
  run: async (args, terminal) => {
    const days = readDays(readArguments(args, {}).positionals)
    await withDatabase(terminal, async (connection) => {
      if (days !== undefined) await changeSetting(connection, { keyRotationDays: days })
      terminal.say(describe((await createKeyStore(connection).settings()).rotationSeconds))
    })
  },
}
