import type Database from 'better-sqlite3'
import { openSqliteWriter } from '#db/sqlite-client.ts'
import { createRunBatch } from '#db/writer/run-batch.ts'
import { unavailable, type Writer } from '#db/writer/writer.ts'

/** A writer in this very thread over an open connection, which it closes in the end; a commit for each list. */
export const createWriterOver = (client: Database.Database): Writer => {
  const run = createRunBatch(client)
  return {
    write: async (list) => {
      const [outcome] = client.open ? run([list]) : []
      return outcome ?? unavailable('the writer is closed')
    },
    close: async () => {
      client.close()
    },
  }
}

/**
 * A writer in this very thread: for programs that answer nobody meanwhile, such as commands and the demo's filling.
 * Throws what the driver throws when the file cannot be opened.
 */
export const openWriterHere = (file: string): Writer => createWriterOver(openSqliteWriter(file))
