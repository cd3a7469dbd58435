import { createEnvironmentStore } from '#db/environment-store.ts'
import { createKeyStore } from '#db/key-store.ts'
import { SCANNERS, scannerRules } from '#lib/leaks/scanner-rules.ts'
import { type Command, readArguments, UsageError } from '#server/cli/command.ts'
import { withDatabase } from '#server/cli/open-environment.ts'

/** `scanner-rules`: how a scanner finds the credentials of this deployment. */
export const scannerRulesCommand: Command = {
  name: 'scanner-rules',
  usage: SCANNERS.join('|'),
  summary: 'prints rules by which a scanner finds the credentials of this deployment',
  run: async (args, terminal) => {
    const { positionals } = readArguments(args, {})
    const scanner = SCANNERS.find((known) => known === positionals[0])
    if (!scanner || positionals.length > 1) throw new UsageError(`Name one scanner: ${SCANNERS.join(', ')}.`)
    await withDatabase(terminal, async (connection) => {
      const ports = { environmentStore: createEnvironmentStore(connection), keyStore: createKeyStore(connection) }
      terminal.say((await scannerRules(ports)(scanner)).trimEnd())
    })
  },
}
