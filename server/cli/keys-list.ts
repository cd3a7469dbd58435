import type { ListedKey } from '#lib/keys/list-keys.ts'
import { toRfc3339 } from '#lib/time/duration.ts'
import { type Command, inColumns, readArguments, UsageError } from '#server/cli/command.ts'
import { withKeys } from '#server/cli/open-keys.ts'

const remark = ({ activatesAt, liveCredentials, purpose, state }: ListedKey): string => {
  if (activatesAt !== undefined) return `signs from ${toRfc3339(activatesAt)} on`
  if (purpose === 'bearer' || state === 'removed' || state === 'compromised') return ''
  return `${liveCredentials} live access tokens`
}

const row = (key: ListedKey): readonly string[] => [
  key.kid,
  key.purpose,
  key.algorithm,
  key.state,
  toRfc3339(key.since),
  remark(key),
]

/** `keys list`: which keys there are, what each is for and where it stands. */
export const keysList: Command = {
  name: 'keys list',
  usage: '[--all]',
  summary: 'lists the signing keys; with --all those that were removed, too',
  run: async (args, terminal) => {
    const { values, positionals } = readArguments(args, { all: { type: 'boolean' } })
    if (positionals.length > 0) throw new UsageError('keys list takes no words.')
    const keys = await withKeys(terminal, ({ list }) => list(values.all ?? false))
    const head = ['KEY', 'PURPOSE', 'ALGORITHM', 'STATE', 'SINCE', '']
    for (const line of inColumns([head, ...keys.map(row)])) terminal.say(line)
  },
}
