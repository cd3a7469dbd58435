import type { Connection } from '#db/connection.ts'
import { openDatabase, requireMigratedDatabase } from '#db/open-database.ts'
import { readConfig } from '#lib/config/env.ts'
import type { Terminal } from '#server/cli/command.ts'

/**
 * Works on the database that the server serves, which may go on meanwhile, for what needs no secret. Makes and migrates
 * nothing, and leaves the issuer as it is, whatever LATCHKEY_URL says here. Patient: it reads for as long as it takes.
 */
export const withDatabase = async <Result>(
  { env }: Terminal,
  work: (connection: Connection) => Promise<Result>,
  options: { readonly isPatient?: boolean } = {},
): Promise<Result> => {
  const { database } = readConfig(env)
  await requireMigratedDatabase(database)
  const connection = await openDatabase(database, undefined, options)
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}
