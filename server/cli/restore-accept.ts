import { nameIncarnation } from '#db/incarnation.ts'
import { createKeyStore } from '#db/key-store.ts'
import { acceptRestore, type RestoreChoice } from '#db/restore/accept-restore.ts'
import { type AuditEvent, ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import { keyOperator } from '#lib/keys/key-event.ts'
import { ensureKeys } from '#lib/keys/key-ring.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { readExistingSecret } from '#server/adapters/secret-file.ts'
import { systemClock } from '#server/adapters/system-clock.ts'
import { type Command, readArguments, type Terminal, UsageError } from '#server/cli/command.ts'
import { type OpenedRestore, withRestore } from '#server/cli/open-restore.ts'

const CHOICES = ['replay', 'revoke-all', 'as-is'] as const satisfies readonly RestoreChoice[]

type Asked = { readonly choice: RestoreChoice; readonly isKeepingRights: boolean }

const readChoice = (args: readonly string[]): Asked => {
  const flag = { type: 'boolean' } as const
  const { values, positionals } = readArguments(args, {
    replay: flag,
    'revoke-all': flag,
    'as-is': flag,
    'keep-rights': flag,
  })
  const [choice, ...more] = CHOICES.filter((each) => values[each] === true)
  if (!choice || more.length > 0 || positionals.length > 0)
    throw new UsageError('Say one of --replay, --revoke-all, --as-is.')
  return { choice, isKeepingRights: values['keep-rights'] === true }
}

// Memberships, roles and settings are not credentials, and a log of what changed cannot say what they are now.
const RIGHTS = new Set(['member', 'tenant', 'environment'])

const requireAcceptable = ({ restore, witness }: OpenedRestore, { choice, isKeepingRights }: Asked): void => {
  if (witness !== undefined && !restore.reason)
    throw new UsageError('The database is the one that its witness knows: there is nothing to accept.')
  if (choice !== 'replay') return
  if (!restore.isComplete)
    throw new UsageError(
      'Nobody knows all that the database lacks, so it cannot be replayed: say --revoke-all or --as-is.',
    )
  if (isKeepingRights || !restore.missing.some(([, kind]) => RIGHTS.has(kind))) return
  throw new UsageError(
    'Memberships, roles or settings changed since, and become again what they were: say --keep-rights too, and look at them before anybody else does, or --revoke-all.',
  )
}

const eventOf = ({ choice }: Asked, { missing }: OpenedRestore['restore']): AuditEvent => ({
  ...keyOperator(systemRandomness),
  tenantId: ENVIRONMENT_SCOPE,
  id: systemRandomness.orderedUuid(),
  at: systemClock.now(),
  type: 'environment.restored',
  target: { kind: 'environment', id: 'environment', name: 'Environment' },
  address: undefined,
  details: { choice, missing: missing.length },
})

const sayRights = ({ restore }: OpenedRestore, { say }: Terminal): void => {
  const rights = restore.missing.filter(([, kind]) => RIGHTS.has(kind))
  if (rights.length > 0) say('Look at these, which are again as they were:')
  for (const [, kind, key] of rights) say(`  ${kind} ${key}`)
}

// A key that was removed since may have been the one that signs.
const replaceKeys = async ({ config, connection }: OpenedRestore): Promise<void> => {
  const secretRing = createSecretRing(config.secrets ?? [await readExistingSecret(config.secretFile)])
  const keyStore = createKeyStore(connection)
  await ensureKeys({ clock: systemClock, randomness: systemRandomness, secretRing, keyStore })
}

/** `restore accept`: says what becomes of what a restored database believes; from then on it is answered for again. */
export const restoreAccept: Command = {
  name: 'restore accept',
  usage: '--replay [--keep-rights]|--revoke-all|--as-is',
  summary: 'accepts a restored database: ends what changed since, or every token, or takes it as it is',
  run: async (args, terminal) => {
    const asked = readChoice(args)
    await withRestore(terminal, async (opened) => {
      requireAcceptable(opened, asked)
      const { connection, restore, restartFeed } = opened
      const event = eventOf(asked, restore)
      const incarnation = nameIncarnation(event.at, systemRandomness.uuid())
      const ended = await acceptRestore(connection, { choice: asked.choice, restore, incarnation, event, restartFeed })
      await replaceKeys(opened)
      terminal.say(
        `Accepted. ${ended === 1 ? '1 token' : `${ended} tokens`} ended, and so did every refresh token and every session.`,
      )
      sayRights(opened, terminal)
    })
  },
}
