import type Database from 'better-sqlite3'
import { openSqliteWriter } from '#db/sqlite-client.ts'
import { openWitness, type Witness } from '#db/witness/witness.ts'
import { witnessCommits } from '#db/witness/witness-commits.ts'
import { witnessBeside } from '#db/witness/witness-folder.ts'
import { createRunBatch } from '#db/writer/run-batch.ts'
import { type OpenWriter, unavailable, type Writer } from '#db/writer/writer.ts'

/** A writer in this very thread over an open connection, which it closes in the end; a commit for each list. */
export const createWriterOver = (client: Database.Database, witness: Witness): Writer => {
  const commits = witnessCommits(client, witness)
  const run = createRunBatch(client, commits)
  return {
    write: async (list) => {
      const [outcome] = client.open ? run([list]) : []
      return outcome ?? unavailable('the writer is closed')
    },
    close: async () => {
      client.close()
      commits.close()
    },
  }
}

/**
 * A writer in this very thread: for programs that answer nobody meanwhile, such as commands and the demo's filling.
 * Throws what the driver throws when the file cannot be opened.
 */
export const openWriterHere: OpenWriter = (file, { witness = witnessBeside(file) } = {}) =>
  createWriterOver(openSqliteWriter(file), openWitness(witness))
