import { openSqliteReader } from '#db/sqlite-client.ts'
import { isRowOf } from '#db/witness/decide-restored.ts'
import { createSqliteTop, type SqliteTop } from '#db/witness/sqlite-top.ts'
import { realFiles, writeWhole } from '#db/witness/witness-files.ts'
import { listWitness, onSettledFolder } from '#db/witness/witness-folder.ts'
import { COMMITTED, readBatches } from '#db/witness/witness-text.ts'

// All rows of a line were committed together, or none was: one alone may be there by a later commit that got its number.
const isUnsaid = (line: string, top: SqliteTop): boolean =>
  readBatches(line).some(({ isCommitted, rows }) => !isCommitted && rows.every((row) => isRowOf(row, top.row(row[0]))))

const positionsUnsaid = (text: string, top: SqliteTop): readonly number[] => {
  let end = 0
  return text.split('\n').flatMap((line) => {
    const begin = end
    end += Buffer.byteLength(line) + 1
    return isUnsaid(line, top) ? [begin] : []
  })
}

const sayOf = (path: string, top: SqliteTop): void => {
  const positions = positionsUnsaid(realFiles.readFileSync(path, 'utf8'), top)
  if (positions.length === 0) return
  const descriptor = realFiles.openSync(path, 'r+')
  try {
    for (const position of positions) writeWhole(realFiles, descriptor, COMMITTED, position)
    realFiles.fdatasyncSync(descriptor)
  } finally {
    realFiles.closeSync(descriptor)
  }
}

/**
 * Says of every line whose rows are in the database that it is committed, safe on the disk: what ended between its commit and
 * its word could not. It says only what is so, and says it where it stands, so whoever appends meanwhile is not disturbed.
 * Throws what the disk and the driver throw.
 */
export const sayCommitted = (top: SqliteTop, folder: string): void =>
  onSettledFolder(() => {
    for (const path of listWitness(folder)) sayOf(path, top)
  })

/** The same of a database by its file, where it has a witness. */
export const sayCommittedOf = (file: string, folder: string): void => {
  if (listWitness(folder).length === 0) return
  const client = openSqliteReader(file)
  try {
    sayCommitted(createSqliteTop(client), folder)
  } finally {
    client.close()
  }
}
