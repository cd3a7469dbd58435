import type { Connection } from '#db/connection.ts'
import { openDatabase, requireMigratedDatabase, witnessFolder } from '#db/open-database.ts'
import { type Restore, readRestore, readUnwitnessed } from '#db/restore/read-restore.ts'
import { type RestartFeed, restartPostgresFeed, restartSqliteFeed } from '#db/restore/restart-feed.ts'
import type { Config } from '#lib/config/config.ts'
import { readConfig } from '#lib/config/env.ts'
import type { Terminal } from '#server/cli/command.ts'

/** A database that may be a restored one, and what it lacks. */
export type OpenedRestore = {
  readonly config: Config
  readonly connection: Connection
  readonly restore: Restore
  /** Undefined on PostgreSQL. */
  readonly witness: string | undefined
  readonly restartFeed: RestartFeed
}

/** Works on a database whether it is accepted or not; makes and migrates nothing. */
export const withRestore = async <Result>(
  { env }: Terminal,
  work: (opened: OpenedRestore) => Promise<Result>,
): Promise<Result> => {
  const config = readConfig(env)
  const { database } = config
  await requireMigratedDatabase(database)
  const connection = await openDatabase(database, undefined, { accepting: true, isPatient: true })
  const witness = database.dialect === 'sqlite' ? witnessFolder(database) : undefined
  try {
    const restore = await (witness === undefined ? readUnwitnessed(connection) : readRestore(connection, witness))
    const restartFeed = witness === undefined ? restartPostgresFeed : restartSqliteFeed
    return await work({ config, connection, restore, witness, restartFeed })
  } finally {
    await connection.close()
  }
}
