import type { Connection } from '#db/connection.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { changeSetting } from '#server/cli/change-setting.ts'
import { type Command, readArguments, UsageError } from '#server/cli/command.ts'
import { withDatabase } from '#server/cli/open-environment.ts'

const readSwitch = (words: readonly string[]): boolean | undefined => {
  const [word, ...others] = words
  if (word === undefined) return undefined
  if ((word !== 'on' && word !== 'off') || others.length > 0) throw new UsageError('Say on or off.')
  return word === 'on'
}

const describe = (on: boolean, since = ''): string =>
  `Refresh tokens are ${on ? 'on' : 'off'}${since}, unless a token says otherwise.`

const setTo = async (connection: Connection, on: boolean): Promise<string> => {
  const isChanged = await changeSetting(connection, { refreshTokens: on })
  return describe(on, isChanged ? ' from now on' : ' already')
}

/** `refresh-tokens`: whether clients get refresh tokens where their token says nothing of it; with on or off, sets that. */
export const refreshTokens: Command = {
  name: 'refresh-tokens',
  usage: '[on|off]',
  summary: 'says whether clients get refresh tokens, unless their token says otherwise; with a word, sets it',
  run: async (args, terminal) => {
    const on = readSwitch(readArguments(args, {}).positionals)
    await withDatabase(terminal, async (connection) => {
      if (on !== undefined) return terminal.say(await setTo(connection, on))
      terminal.say(describe((await createEnvironmentStore(connection).settings()).refreshTokens))
    })
  },
}
