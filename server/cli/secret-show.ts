import { countSecretUses, type SecretUses } from '#db/secret-uses.ts'
import { readConfig } from '#lib/config/env.ts'
import { secretIdOf } from '#lib/keys/secret-ring.ts'
import { readExistingSecret } from '#server/adapters/secret-file.ts'
import { systemClock } from '#server/adapters/system-clock.ts'
import { type Command, inColumns, readArguments, type Terminal, UsageError } from '#server/cli/command.ts'
import { withDatabase } from '#server/cli/open-environment.ts'

const NONE: SecretUses = { signingKeys: 0, clientSecrets: 0, refreshTokens: 0, calendars: 0 }
const HEAD = ['SECRET', 'IS', 'SIGNING KEYS', 'CLIENT SECRETS', 'REFRESH TOKENS', 'CALENDARS']

const WORDS = ['in use', 'former']

/** The ids of the secrets that the server has, with what each is to it. */
const readKnown = async ({ env }: Terminal): Promise<ReadonlyMap<string, string>> => {
  const { secrets, secretFile } = readConfig(env)
  const known = secrets ?? [await readExistingSecret(secretFile)]
  return new Map(known.map((secret, index) => [secretIdOf(secret), WORDS[index] ?? '']))
}

const row = (id: string, word: string, uses: SecretUses): readonly string[] => [
  id,
  word,
  ...[uses.signingKeys, uses.clientSecrets, uses.refreshTokens, uses.calendars].map(String),
]

/** `secret show`: which secrets LATCHKEY_SECRET holds, by their ids, and how much stands on each. */
export const secretShow: Command = {
  name: 'secret show',
  usage: '',
  summary: 'says what stands on each secret of LATCHKEY_SECRET, by its id',
  run: async (args, terminal) => {
    if (readArguments(args, {}).positionals.length > 0) throw new UsageError('secret show takes no words.')
    const known = await readKnown(terminal)
    const uses = await withDatabase(terminal, (connection) => countSecretUses(connection, systemClock.now()), {
      isPatient: true,
    })
    const strange = [...uses.keys()].filter((id) => !known.has(id))
    const rows = [...known, ...strange.map((id) => [id, 'not here'] as const)]
    for (const line of inColumns([HEAD, ...rows.map(([id, word]) => row(id, word, uses.get(id) ?? NONE))]))
      terminal.say(line)
  },
}
