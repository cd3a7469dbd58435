import type { Connection } from '#db/connection.ts'
import { openDatabase } from '#db/open-database.ts'
import { readConfig } from '#lib/config/env.ts'

/** Opens a migrated database by its DATABASE_URL, in a test's process, thread or child. */
export const openAt = (url: string): Promise<Connection> => {
  const env = {
    DATABASE_URL: url,
    LATCHKEY_SECRET: 'nothing is sealed by whoever opens it so',
    LATCHKEY_POSTGRES_CONNECTIONS: '4',
  }
  return openDatabase(readConfig(env).database)
}
