import { randomUUID } from 'node:crypto'
import { closeSync } from 'node:fs'
import type Database from 'better-sqlite3'
import { openSqliteWriter } from '#db/sqlite-client.ts'
import { UnusableDatabase } from '#db/unusable-database.ts'
import { decideRestored } from '#db/witness/decide-restored.ts'
import { sayCommitted } from '#db/witness/say-committed.ts'
import { createSqliteTop, type SqliteTop } from '#db/witness/sqlite-top.ts'
import { beginWitnessFile } from '#db/witness/witness-folder.ts'
import { createWitnessTop } from '#db/witness/witness-top.ts'

// A crash between the two leaves a witness of a life that the database does not have yet: then that life is taken.
const nameLife = (client: Database.Database, top: SqliteTop, folder: string): void => {
  const seen = createWitnessTop(folder)()
  const { newest } = top.read(0)
  const incarnation = seen?.incarnation ?? randomUUID()
  if (!seen) closeSync(beginWitnessFile(folder, { incarnation, from: newest, through: newest }, '').descriptor)
  client.prepare('update environment set incarnation = ?').run(incarnation)
}

const foundWithin = (client: Database.Database, folder: string): void => {
  const top = createSqliteTop(client)
  const seen = createWitnessTop(folder)()
  const database = top.read(seen?.seq ?? 0)
  // A database that lacks something waits for an operator; one that nobody has set up, for its first row.
  if (database.incarnation === undefined || decideRestored(database, seen) !== undefined) return
  if (database.incarnation === null) nameLife(client, top, folder)
  else sayCommitted(top, folder)
}

/**
 * At each start: makes the witness of a database that never had one, and tells an existing one what a killed process could
 * not. One process does it, the others wait. Throws UnusableDatabase when either cannot be written.
 */
export const foundWitness = (file: string, folder: string): void => {
  const client = openSqliteWriter(file)
  try {
    client.transaction(() => foundWithin(client, folder)).immediate()
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.split('\n', 1)[0] : 'unknown error'
    const remedy = 'Check that the folder can be written and that the disk has room.'
    throw new UnusableDatabase(`The witness ${folder} cannot be used (${reason}). ${remedy}`, { cause: thrown })
  } finally {
    client.close()
  }
}
