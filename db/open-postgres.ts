import type { ClientBase, Pool, PoolClient } from 'pg'
import { type ChangeTail, createChangeTail, restored } from '#db/change-tail.ts'
import type { Connection, Transaction, Write } from '#db/connection.ts'
import { WriteConflict } from '#db/connection.ts'
import { followPostgres } from '#db/follow-postgres.ts'
import { openFollower, openPool, PATIENT, readHistory } from '#db/postgres-client.ts'
import { lostConnection, lostToAnother, translatePostgresError } from '#db/postgres-errors.ts'
import { beginAppending, lookAtFeed, readTop } from '#db/postgres-feed.ts'
import { createPostgresPrepared, queriesOver, transactionOver } from '#db/postgres-statements.ts'
import * as schema from '#db/schema.postgres.ts'
import type { PostgresConfig } from '#lib/config/config.ts'

type Rows = readonly (readonly unknown[])[]

const rowsOf = async ({ label, rows, expect }: Write): Promise<readonly unknown[]> => {
  const answered = await rows
  if (expect !== 'any' && answered.length !== expect) throw new WriteConflict(label)
  return answered
}

const ATTEMPTS_MAX = 5
const PAUSE_MS_MAX = 20

const pause = (): Promise<void> => new Promise((done) => setTimeout(done, Math.random() * PAUSE_MS_MAX))

/** One transaction, on one connection: what it answers, and what is to be put into the tail now that it is committed. */
const carryOut = async (client: PoolClient, build: (tx: Transaction) => readonly Write[], tail: ChangeTail) => {
  const writes = build(transactionOver(client))
  const answered = new Map<Write, readonly unknown[]>()
  // Whatever the server's default is: what others commit before the lock on the feed is had must be seen after it.
  await client.query('begin isolation level read committed')
  // Rows of the feed come last: whoever appends waits for nobody else's rows while others wait for the feed.
  const appends = writes.filter(({ toFeed }) => toFeed)
  for (const write of writes) if (!write.toFeed) answered.set(write, await rowsOf(write))
  if (appends.length > 0) await beginAppending(client)
  for (const write of appends) answered.set(write, await rowsOf(write))
  // Read before the commit, where nobody else can append, so that nothing is left to fail after it.
  const look = appends.length > 0 ? await lookAtFeed(client, tail.seen()) : undefined
  if (look?.followed === 'restored') {
    tail.take(look)
    throw restored()
  }
  await client.query('commit')
  if (look) tail.take(look)
  return writes.map((write) => answered.get(write) ?? [])
}

const undo = (client: PoolClient): Promise<boolean> =>
  client.query('rollback').then(
    () => true,
    () => false,
  )

const inTransaction = async (
  pool: Pool,
  build: (tx: Transaction) => readonly Write[],
  tail: ChangeTail,
): Promise<Rows> => {
  const client = await pool.connect()
  let isUsable = true
  try {
    // A connection that was made for it may have led to another database.
    tail.requireAccepted()
    return await carryOut(client, build, tail)
  } catch (thrown) {
    isUsable = !lostConnection(thrown) && (await undo(client))
    throw thrown
  } finally {
    client.release(!isUsable)
  }
}

const rerun = async (run: () => Promise<Rows>): Promise<Rows> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run()
    } catch (thrown) {
      if (attempt === ATTEMPTS_MAX || !lostToAnother(thrown)) throw translatePostgresError(thrown)
      await pause()
    }
  }
}

const beginning = async (pool: Pool) => {
  const client = await pool.connect()
  try {
    const history = await readHistory(client)
    const { row, incarnation } = await readTop(client)
    return { history, seen: { row, incarnation } }
  } finally {
    client.release()
  }
}

const read = async <Result>(query: PromiseLike<Result>): Promise<Result> => {
  try {
    return await query
  } catch (thrown) {
    throw translatePostgresError(thrown)
  }
}

/** Whether its statements may take as long as they like: a command's, which nobody's request waits for. */
export type PostgresOptions = { readonly isPatient?: boolean | undefined }

/**
 * Opens a migrated PostgreSQL database over a pool, and follows its change feed over one connection more. Throws
 * `store.unavailable` if it cannot, or if a commit there would not be durable, or texts are not sorted by their bytes.
 */
export const openPostgres = async (
  { url, connections, stalenessSeconds }: PostgresConfig,
  { isPatient = false }: PostgresOptions = {},
): Promise<Connection> => {
  const begun = { tail: undefined as ChangeTail | undefined }
  // Whatever leads to a restored database, or to another one, breaks connections: what is read over a new one is read after a
  // look, and need not wait for the follower's.
  const greet = async (client: ClientBase): Promise<void> => {
    if (begun.tail) begun.tail.take(await lookAtFeed(client, begun.tail.seen()))
  }
  const pool = openPool(url, { max: connections, settings: isPatient ? PATIENT : {}, greet })
  try {
    const monotonic = () => performance.now()
    const { history, seen } = await beginning(pool)
    const tail = createChangeTail({ seen, staleAfterMs: stalenessSeconds * 1000, monotonic })
    begun.tail = tail
    const following = followPostgres(() => openFollower(url), tail, history)
    const queries = queriesOver(pool)
    const closed = { done: undefined as Promise<void> | undefined }
    return {
      schema: schema as unknown as Connection['schema'],
      queries,
      prepared: createPostgresPrepared(queries, read),
      feed: tail,
      commitMark: tail.commitMark,
      read,
      remembered: (readAgain) => readAgain,
      atomically: async (writes) => {
        tail.requireAccepted()
        return rerun(() => inTransaction(pool, writes, tail))
      },
      close: () => {
        tail.end()
        closed.done ??= following.stop().then(() => pool.end())
        return closed.done
      },
    }
  } catch (thrown) {
    await pool.end()
    throw translatePostgresError(thrown)
  }
}
