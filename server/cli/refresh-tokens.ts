import { changeSetting } from '#server/cli/change-setting.ts'
import { type Command, readArguments, UsageError } from '#server/cli/command.ts'
import { withDatabase } from '#server/cli/open-environment.ts'

const readSwitch = (words: readonly string[]): boolean => {
  const [word, ...others] = words
  if ((word !== 'on' && word !== 'off') || others.length > 0) throw new UsageError('Say on or off.')
  return word === 'on'
}

/** `refresh-tokens on|off`: whether clients get refresh tokens where their token says nothing of it. */
export const refreshTokens: Command = {
  name: 'refresh-tokens',
  usage: 'on|off',
  summary: 'whether clients get refresh tokens, unless their token says otherwise',
  run: async (args, terminal) => {
    const on = readSwitch(readArguments(args, {}).positionals)
    const isChanged = await withDatabase(terminal, (connection) => changeSetting(connection, { refreshTokens: on }))
    const since = isChanged ? 'from now on' : 'already'
    terminal.say(`Refresh tokens are ${on ? 'on' : 'off'} ${since}, unless a token says otherwise.`)
  },
}
