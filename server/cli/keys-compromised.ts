import type { CompromiseOutcome } from '#lib/keys/compromise-key.ts'
import { keyOperator } from '#lib/keys/key-event.ts'
import type { AffectedToken } from '#lib/keys/key-store.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { type Command, readArguments, type Terminal, UsageError } from '#server/cli/command.ts'
import { type OpenedKeys, withKeys } from '#server/cli/open-keys.ts'

const readKid = (words: readonly string[]): string => {
  const [kid, ...more] = words
  if (kid === undefined || more.length > 0) throw new UsageError('Name one key, as keys list shows it.')
  return kid
}

const describe = ({ key, replacement, isNew }: CompromiseOutcome): string => {
  const named = `${key.kid} (${key.purpose}, ${key.algorithm})`
  if (!isNew) return `${named} was declared compromised before; nothing was changed.`
  const signs = replacement === undefined ? '' : ` ${replacement} signs in its place.`
  return `${named} is compromised: what it signed is refused from the next request on.${signs}`
}

// Names are quoted, as people chose them.
const describeToken = ({ tenantName, tokenId, tokenName, ownerEmail, granterName }: AffectedToken): string => {
  const whose = ownerEmail === null ? `account token, made by ${JSON.stringify(granterName)}` : `of ${ownerEmail}`
  return `${tokenId}  ${JSON.stringify(tokenName)} in ${JSON.stringify(tenantName)}, ${whose}`
}

const sayAffected = async ({ affected }: OpenedKeys, kid: string, { say }: Terminal): Promise<void> => {
  let count = 0
  for await (const page of affected(kid)) {
    for (const token of page) say(describeToken(token))
    count += page.length
  }
  say(count === 1 ? '1 token stood on it.' : `${count} tokens stood on it.`)
}

/** `keys compromised`: believes a key no more, and says to whom that happened. Repeated, it says so again. */
export const keysCompromised: Command = {
  name: 'keys compromised',
  usage: '<key> --yes',
  summary: 'refuses at once whatever the key signed, and names the tokens that stood on it',
  run: async (args, terminal) => {
    const { values, positionals } = readArguments(args, { yes: { type: 'boolean' } })
    const kid = readKid(positionals)
    if (values.yes !== true) throw new UsageError('This ends every token of the key and cannot be undone: add --yes.')
    await withKeys(terminal, async (keys) => {
      terminal.say(describe(await keys.compromise(keyOperator(systemRandomness), kid)))
      await sayAffected(keys, kid, terminal)
    })
  },
}
