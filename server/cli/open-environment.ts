import type { Connection } from '#db/connection.ts'
import { requireMigrated } from '#db/migrate-sqlite.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { readConfig } from '#lib/config/env.ts'
import type { Terminal } from '#server/cli/command.ts'
import { databaseFile } from '#server/database-file.ts'

/**
 * Works on the database that the server serves, which may go on meanwhile, for what needs no secret. Makes and migrates
 * nothing, and leaves the issuer as it is, whatever LATCHKEY_URL says here.
 */
export const withDatabase = async <Result>(
  { env }: Terminal,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> => {
  const file = databaseFile(readConfig(env))
  requireMigrated(file)
  const connection = openSqlite(file)
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}
