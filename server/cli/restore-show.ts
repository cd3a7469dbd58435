import type { Restore } from '#db/restore/read-restore.ts'
import { RESTORED_WORDS } from '#db/witness/decide-restored.ts'
import type { ChangeKind } from '#lib/changes/change.ts'
import { toRfc3339 } from '#lib/time/duration.ts'
import { type Command, inColumns, readArguments, UsageError } from '#server/cli/command.ts'
import { withRestore } from '#server/cli/open-restore.ts'

const MEANING: Readonly<Record<ChangeKind, string>> = {
  token: 'tokens that were revoked, paused, rotated or edited',
  family: 'sign-ins of clients that were revoked or stolen',
  member: 'memberships that began, ended or got other roles',
  user: 'people who were changed',
  keys: 'signing keys',
  tenant: 'accounts that were made or whose rights changed',
  environment: 'rights or settings of the environment',
}

// How many changes there are, and when the first and the last of them were made.
const describeMissing = (missing: Restore['missing']): readonly string[] => {
  const times = missing.map(([, , , at]) => at).sort((one, other) => one - other)
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined) return []
  const what = missing.length === 1 ? 'the newest change of 1 thing' : `the newest changes of ${missing.length} things`
  return [`It lacks ${what}, from ${toRfc3339(first)} to ${toRfc3339(last)}:`]
}

// What a database lacks, line by line.
const missingLines = ({ missing, isComplete }: Restore): readonly string[] => {
  const kinds = Map.groupBy(missing, ([, kind]) => kind)
  return [
    ...describeMissing(missing),
    ...inColumns([...kinds].map(([kind, rows]) => [`  ${rows.length}`, MEANING[kind]])),
    ...(isComplete ? [] : ['Nobody knows all that it lacks: it cannot be replayed.']),
  ]
}

/** `restore show`: whether the database is the one that its witness knows, and what it lacks if not. */
export const restoreShow: Command = {
  name: 'restore show',
  usage: '',
  summary: 'says what a restored database lacks',
  run: async (args, terminal) => {
    if (readArguments(args, {}).positionals.length > 0) throw new UsageError('restore show takes no words.')
    await withRestore(terminal, async ({ restore, witness }) => {
      if (witness === undefined)
        return terminal.say(
          'PostgreSQL has no witness: nodes that ran on say whether it lacks something, and nobody what.',
        )
      if (!restore.reason)
        return terminal.say('The database is the one that its witness knows. There is nothing to accept.')
      terminal.say(`This is not what was answered for last: ${RESTORED_WORDS[restore.reason]} (${witness}).`)
      for (const line of missingLines(restore)) terminal.say(line)
    })
  },
}
