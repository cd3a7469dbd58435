import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection } from '#db/connection.ts'
import { createEnvironmentStore } from '#db/environment-store.ts'
import { migrateSqlite } from '#db/migrate-sqlite.ts'
import { openSqlite } from '#db/open-sqlite.ts'
import { openWriterHere } from '#db/writer/writer-here.ts'

/** A migrated database of its own, with an environment in it; `remove` closes and deletes it. */
export type TemporaryDatabase = {
  readonly file: string
  readonly connection: Connection
  remove(): Promise<void>
}

/** Makes a real SQLite database in a temporary folder, with the starting catalog and roles. */
export const temporaryDatabase = async (
  now = 1_800_000_000,
  openWriter = openWriterHere,
): Promise<TemporaryDatabase> => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  const file = join(folder, 'latchkey.db')
  migrateSqlite(file)
  const connection = openSqlite(file, openWriter)
  await createEnvironmentStore(connection).ensure({ issuer: 'https://id.example', now })
  return {
    file,
    connection,
    remove: async () => {
      await connection.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
