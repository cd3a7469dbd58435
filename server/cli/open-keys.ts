import { createKeyStore } from '#db/key-store.ts'
import { openDatabase, requireMigratedDatabase } from '#db/open-database.ts'
import { readConfig } from '#lib/config/env.ts'
import { requireSecrets } from '#lib/keys/key-ring.ts'
import { keysUseCases } from '#lib/keys/keys-use-cases.ts'
import { systemRandomness } from '#lib/keys/randomness.ts'
import { createSecretRing } from '#lib/keys/secret-ring.ts'
import { readExistingSecret } from '#server/adapters/secret-file.ts'
import { systemClock } from '#server/adapters/system-clock.ts'
import type { Terminal } from '#server/cli/command.ts'

/** The use-cases of signing keys, as a command holds them. */
export type OpenedKeys = ReturnType<typeof keysUseCases>

/**
 * Works on the keys of the database that the server serves, which may go on meanwhile; makes and migrates nothing. Throws
 * one line for settings other than the server's: what it sealed under another secret, the server could not open.
 */
export const withKeys = async <Result>(
  { env }: Terminal,
  work: (keys: OpenedKeys) => Promise<Result>,
): Promise<Result> => {
  const config = readConfig(env)
  await requireMigratedDatabase(config.database)
  const secretRing = createSecretRing(config.secrets ?? [await readExistingSecret(config.secretFile)])
  const connection = await openDatabase(config.database, undefined, { isPatient: true })
  try {
    const keyStore = createKeyStore(connection)
    requireSecrets(secretRing, await keyStore.list())
    return await work(keysUseCases({ clock: systemClock, randomness: systemRandomness, secretRing, keyStore }))
  } finally {
    await connection.close()
  }
}
