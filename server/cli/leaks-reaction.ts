import { createEnvironmentStore } from '#db/environment-store.ts'
import type { LeakReaction } from '#lib/access/environment-store.ts'
import { LEAK_REACTIONS } from '#lib/tenants/change-settings.ts'
import { changeSetting } from '#server/cli/change-setting.ts'
import { type Command, readArguments, UsageError } from '#server/cli/command.ts'
import { withDatabase } from '#server/cli/open-environment.ts'

const MEANING: Readonly<Record<LeakReaction, string>> = {
  revoke: 'its token is revoked',
  pause: 'its token is paused until the strongest role of its account resumes it',
  tell: 'its token goes on working, and its owner is told',
}

const readReaction = (words: readonly string[]): LeakReaction | undefined => {
  const reaction = LEAK_REACTIONS.find((known) => known === words[0])
  if (words.length > 1 || (words.length === 1 && reaction === undefined))
    throw new UsageError(`Name one reaction: ${LEAK_REACTIONS.join(', ')}.`)
  return reaction
}

/** `leaks reaction`: what happens to a token whose credential somebody found; with a word after it, sets that. */
export const leaksReaction: Command = {
  name: 'leaks reaction',
  usage: `[${LEAK_REACTIONS.join('|')}]`,
  summary: 'says what happens when a credential is found; with a word, sets it',
  run: async (args, terminal) => {
    const reaction = readReaction(readArguments(args, {}).positionals)
    await withDatabase(terminal, async (connection) => {
      if (reaction !== undefined) await changeSetting(connection, { leakReaction: reaction })
      const { leakReaction } = await createEnvironmentStore(connection).settings()
      terminal.say(`When a credential is found, ${MEANING[leakReaction]} (${leakReaction}).`)
    })
  },
}
