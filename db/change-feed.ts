import { asc, desc, gt, sql } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import { translated } from '#db/sqlite-errors.ts'
import type { Change, ChangeFeed } from '#lib/changes/change.ts'

// A reader with more to catch up on begins anew, which costs it its caches alone: rows without end would stop the event loop.
const READ_MAX = 5000

/** The change feed of a SQLite database: a reader pays one `data_version` while nothing was committed. */
export const createSqliteChangeFeed = ({
  queries,
  commitMark,
  schema: { changes },
}: Pick<Connection, 'queries' | 'commitMark' | 'schema'>): ChangeFeed => {
  const newest = queries.select({ seq: changes.seq }).from(changes).orderBy(desc(changes.seq)).limit(1).prepare()
  // From `seq` itself on: if that row is gone, rows after it may be gone as well.
  const from = queries
    .select({ seq: changes.seq, kind: changes.kind, key: changes.key })
    .from(changes)
    .where(gt(changes.seq, sql.placeholder('below')))
    .orderBy(asc(changes.seq))
    .limit(READ_MAX)
    .prepare()
  const read = (seq: number): readonly Change[] | undefined => {
    const rows = translated(() => from.all({ below: seq - 1 }))
    if (rows.length >= READ_MAX) return undefined
    const [first, ...later] = rows
    // Nothing is at 0: whoever begins there has missed nothing while the very first row is kept.
    if (seq === 0) return first === undefined ? [] : first.seq === 1 ? [first, ...later] : undefined
    return first?.seq === seq ? later : undefined
  }
  // Several caches of a process follow the feed and ask the same after each commit.
  let mark = commitMark()
  let known: { readonly seq: number; readonly changes: readonly Change[] | undefined } | undefined
  return {
    commitMark: () => {
      const newMark = commitMark()
      if (newMark !== mark) known = undefined
      mark = newMark
      return newMark
    },
    newest: () => translated(() => newest.get())?.seq ?? 0,
    after: (seq) => {
      if (known?.seq !== seq) known = { seq, changes: read(seq) }
      return known.changes
    },
  }
}
