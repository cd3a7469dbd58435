import { keyOperator } from '#lib/keys/key-event.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import type { Rotation } from '#lib/keys/rotate-keys.ts'
import { KEY_PURPOSES, type KeyPurpose, SIGNING_ALGORITHMS, type SigningAlgorithm } from '#lib/keys/signing-key.ts'
import { toRfc3339 } from '#lib/time/duration.ts'
import { type Command, readArguments, UsageError } from '#server/cli/command.ts'
import { withKeys } from '#server/cli/open-keys.ts'

const readPurposes = (words: readonly string[]): readonly KeyPurpose[] => {
  if (words.length === 0) return KEY_PURPOSES
  const known = KEY_PURPOSES.filter((purpose) => words.includes(purpose))
  if (words.length > 1 || known.length === 0)
    throw new UsageError('Name one purpose, bearer or access, or none for both.')
  return known
}

const readAlgorithm = (text: string | undefined): SigningAlgorithm | undefined => {
  if (text === undefined) return undefined
  const known = SIGNING_ALGORITHMS.find((algorithm) => algorithm === text)
  if (!known)
    throw new UsageError(
      `--algorithm is ${JSON.stringify(text)}, but should be one of ${SIGNING_ALGORITHMS.join(', ')}.`,
    )
  return known
}

const describe = ({ purpose, kid, algorithm, activatesAt }: Rotation): string =>
  activatesAt === undefined
    ? `${purpose}: ${kid} (${algorithm}) signs from now on.`
    : `${purpose}: ${kid} (${algorithm}) is published, and signs from ${toRfc3339(activatesAt)} on.`

/** `keys rotate`: brings the next key in. */
export const keysRotate: Command = {
  name: 'keys rotate',
  usage: '[bearer|access] [--algorithm ES256|RS256|EdDSA] [--now]',
  summary: 'publishes the next key, which signs an hour later; with --now at once',
  run: async (args, terminal) => {
    const { values, positionals } = readArguments(args, { algorithm: { type: 'string' }, now: { type: 'boolean' } })
    const purposes = readPurposes(positionals)
    const algorithm = readAlgorithm(values.algorithm)
    await withKeys(terminal, async ({ rotate }) => {
      const by = keyOperator(systemRandomness)
      for (const purpose of purposes) {
        const asked = { purpose, atOnce: values.now ?? false, ...(algorithm === undefined ? {} : { algorithm }) }
        terminal.say(describe(await rotate(by, asked)))
      }
    })
  },
}
