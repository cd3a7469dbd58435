import { drizzle } from 'drizzle-orm/better-sqlite3'
import { LRUCache } from 'lru-cache'
import { createSqliteChangeFeed } from '#db/change-feed.ts'
import { type Connection, type Queries, WriteConflict } from '#db/connection.ts'
import * as schema from '#db/schema.sqlite.ts'
import { openSqliteReader } from '#db/sqlite-client.ts'
import { errorOf, translated, translateSqliteError } from '#db/sqlite-errors.ts'
import { lookOncePerTask, wroteHere } from '#db/sqlite-look.ts'
import { buildWrite, createSqliteTransaction } from '#db/sqlite-statements.ts'
import { watchRestored } from '#db/witness/watch-restored.ts'
import { witnessBeside } from '#db/witness/witness-folder.ts'
import type { OpenWriter, Writer } from '#db/writer/writer.ts'
import { openWriterHere } from '#db/writer/writer-here.ts'

const createAtomically = (writer: Writer, requireAccepted: () => void): Connection['atomically'] => {
  const tx = createSqliteTransaction()
  return async (writes) => {
    requireAccepted()
    const [list, built] = translated(() => {
      const listed = writes(tx)
      return [listed, listed.map(buildWrite)] as const
    })
    const outcome = await writer.write(built.map(({ statement }) => statement))
    wroteHere()
    if (outcome.kind === 'failed') throw errorOf(outcome.failure)
    if (outcome.kind === 'conflict') throw new WriteConflict(list[outcome.at]?.label ?? '')
    return built.map(({ map }, index) => map(outcome.rows[index] ?? []))
  }
}

type Ready = { all(values: Readonly<Record<string, unknown>>): readonly unknown[] }

// Built with the first values: a command opens many stores and asks few of them.
const createPrepared =
  (queries: Queries): Connection['prepared'] =>
  <Row>(query: (queries: Queries) => PromiseLike<readonly Row[]>) => {
    let ready: Ready | undefined
    return async (values) =>
      translated(() => {
        // Every builder of Drizzle can be prepared.
        ready ??= (query(queries) as unknown as { prepare(): Ready }).prepare()
        return ready.all(values) as readonly Row[]
      })
  }

const REMEMBERED_MAX = 1000

// The mark is taken first: what is committed meanwhile makes the next one read again.
const createRemembered =
  (markNow: () => number): Connection['remembered'] =>
  <Keys extends readonly string[], Value>(read: (...keys: Keys) => Promise<Value>) => {
    const known = new LRUCache<string, { readonly mark: number; readonly value: Value }>({ max: REMEMBERED_MAX })
    return async (...keys: Keys) => {
      const mark = markNow()
      const key = JSON.stringify(keys)
      const before = known.get(key)
      if (before?.mark === mark) return before.value
      const value = await read(...keys)
      known.set(key, { mark, value })
      return value
    }
  }

/** Where the witness of a database lies, beside it unless said; and whether this is who accepts what was restored. */
export type SqliteOptions = { readonly witness?: string | undefined; readonly accepting?: true }

type Opened = {
  readonly client: ReturnType<typeof openSqliteReader>
  readonly writer: Writer
  readonly requireAccepted: () => void
}

// Who cannot open one of the two keeps none: a file that stays open is locked to whoever repairs it.
const openBoth = (
  file: string,
  openWriter: OpenWriter,
  { witness, accepting }: { readonly witness: string; readonly accepting: true | undefined },
): Opened => {
  const client = openSqliteReader(file)
  let writer: Writer | undefined
  try {
    writer = openWriter(file, { witness })
    const requireAccepted = accepting ? () => undefined : watchRestored({ client, file, witness })
    return { client, writer, requireAccepted }
  } catch (thrown) {
    client.close()
    // Why it could not be opened is the answer, and not how it closed.
    writer?.close().catch(() => undefined)
    throw thrown
  }
}

/**
 * Opens a migrated SQLite database (a file path), WAL with synchronous=FULL; throws `store.unavailable` if it cannot.
 * This thread reads over a connection that refuses writes; lists of writes go to the writer. A server passes
 * `openWriterThread`, whose waiting for disk and locks is not the event loop's. Writes and `commitMark` throw
 * `store.restored` while the database is not the one that its witness knows, but for who opened it `accepting`.
 */
export const openSqlite = (
  file: string,
  openWriter: OpenWriter = openWriterHere,
  { witness = witnessBeside(file), accepting }: SqliteOptions = {},
): Connection => {
  const { client, writer, requireAccepted } = translated(() => openBoth(file, openWriter, { witness, accepting }))
  const dataVersion = client.prepare('PRAGMA data_version').pluck()
  const queries = drizzle(client)
  let seenVersion = dataVersion.get()
  let mark = 0
  // Whoever commits, the writer included, does so over another connection than this.
  const markNow = lookOncePerTask((): number => {
    const version = translated(() => dataVersion.get())
    if (version !== seenVersion) {
      seenVersion = version
      mark += 1
    }
    return mark
  })
  const guarded = (mark: () => number) => (): number => {
    requireAccepted()
    return mark()
  }
  const feed = createSqliteChangeFeed({ schema, queries, commitMark: markNow })
  return {
    schema,
    queries,
    commitMark: guarded(markNow),
    feed: { ...feed, commitMark: guarded(feed.commitMark) },
    prepared: createPrepared(queries),
    remembered: createRemembered(markNow),
    read: async (query) => {
      try {
        return await query
      } catch (thrown) {
        throw translateSqliteError(thrown)
      }
    },
    atomically: createAtomically(writer, requireAccepted),
    close: async () => {
      try {
        await writer.close()
      } finally {
        client.close()
      }
    },
  }
}
