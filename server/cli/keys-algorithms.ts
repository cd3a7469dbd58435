import { createKeyStore } from '#db/key-store.ts'
import { KEY_PURPOSES, type KeyPurpose, SIGNING_ALGORITHMS, type SigningAlgorithm } from '#lib/keys/signing-key.ts'
import type { SettingsRequest } from '#lib/tenants/change-settings.ts'
import { changeSetting } from '#server/cli/change-setting.ts'
import { type Command, readArguments, UsageError } from '#server/cli/command.ts'
import { withDatabase } from '#server/cli/open-environment.ts'

const REQUESTS: Readonly<Record<KeyPurpose, (algorithm: SigningAlgorithm) => SettingsRequest>> = {
  bearer: (bearerAlgorithm) => ({ bearerAlgorithm }),
  access: (accessAlgorithm) => ({ accessAlgorithm }),
}

const readRequest = (words: readonly string[]): SettingsRequest | undefined => {
  if (words.length === 0) return undefined
  const purpose = KEY_PURPOSES.find((known) => known === words[0])
  const algorithm = SIGNING_ALGORITHMS.find((known) => known === words[1])
  if (!purpose || !algorithm || words.length > 2)
    throw new UsageError(`Name ${KEY_PURPOSES.join(' or ')}, and one of ${SIGNING_ALGORITHMS.join(', ')}.`)
  return REQUESTS[purpose](algorithm)
}

/** `keys algorithms`: what the next key of each purpose signs with; with two words, sets that of one. */
export const keysAlgorithms: Command = {
  name: 'keys algorithms',
  usage: `[${KEY_PURPOSES.join('|')} ${SIGNING_ALGORITHMS.join('|')}]`,
  summary: 'says what the next keys sign with; with a purpose and an algorithm, sets it',
  run: async (args, terminal) => {
    const request = readRequest(readArguments(args, {}).positionals)
    await withDatabase(terminal, async (connection) => {
      if (request) await changeSetting(connection, request)
      const { algorithms } = await createKeyStore(connection).settings()
      for (const purpose of KEY_PURPOSES) terminal.say(`The next ${purpose} key signs with ${algorithms[purpose]}.`)
    })
  },
}
