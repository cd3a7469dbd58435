import { and, eq, gt, lt, type SQL, sql } from 'drizzle-orm'
import { type Connection, type Transaction, type Write, WriteConflict } from '#db/connection.ts'
import { purgeInSteps } from '#db/purge-in-steps.ts'
import type { Schema } from '#db/schema.ts'
import type { CountedGuess, GuessKey, GuessStore } from '#lib/sign-in/guess-store.ts'

const whereKey = ({ signInGuesses }: Schema, { scope, digest }: GuessKey): SQL | undefined =>
  and(eq(signInGuesses.scope, scope), eq(signInGuesses.digest, digest))

const countWrite = (tx: Transaction, schema: Schema, { key, seen, next }: CountedGuess): Write => {
  const { signInGuesses } = schema
  const returning = { scope: signInGuesses.scope }
  const rows = seen
    ? tx
        .update(signInGuesses)
        .set(next)
        .where(
          and(whereKey(schema, key), eq(signInGuesses.failures, seen.failures), eq(signInGuesses.lastAt, seen.lastAt)),
        )
        .returning(returning)
    : tx
        .insert(signInGuesses)
        .values({ ...key, ...next })
        .onConflictDoNothing()
        .returning(returning)
  return { label: 'guess', rows, expect: 1 }
}

const count = async ({ atomically, schema }: Connection, guesses: readonly CountedGuess[]): Promise<boolean> => {
  try {
    await atomically((tx) => guesses.map((guess) => countWrite(tx, schema, guess)))
    return true
  } catch (thrown) {
    if (thrown instanceof WriteConflict) return false
    throw thrown
  }
}

const settle = async (
  { atomically, schema }: Connection,
  { giveBack, forget }: Parameters<GuessStore['settle']>[0],
): Promise<void> => {
  const { signInGuesses } = schema
  const returning = { scope: signInGuesses.scope }
  const settled = (rows: Write['rows']): Write => ({ label: 'settled', rows, expect: 'any' })
  await atomically((tx) => [
    ...forget.map((key) => settled(tx.delete(signInGuesses).where(whereKey(schema, key)).returning(returning))),
    ...giveBack.map((key) =>
      settled(
        tx
          .update(signInGuesses)
          .set({ failures: sql`${signInGuesses.failures} - 1` })
          .where(and(whereKey(schema, key), gt(signInGuesses.failures, 0)))
          .returning(returning),
      ),
    ),
  ])
}

/** Failed guesses in SQL: each count is written only over the count that was seen. */
export const createGuessStore = (connection: Connection): GuessStore => {
  const { queries, read, atomically, schema } = connection
  const { signInGuesses } = schema
  return {
    read: (keys) =>
      Promise.all(
        keys.map(async (key) => {
          const [row] = await read(queries.select().from(signInGuesses).where(whereKey(schema, key)))
          return row && { failures: row.failures, since: row.since, lastAt: row.lastAt }
        }),
      ),
    count: (guesses) => count(connection, guesses),
    settle: (keys) => settle(connection, keys),
    purge: (before) =>
      purgeInSteps({ atomically }, 'old guesses', (tx, limit) => {
        const { scope, digest, lastAt } = signInGuesses
        const old = tx.select({ scope, digest }).from(signInGuesses).where(lt(lastAt, before)).limit(limit)
        return tx.delete(signInGuesses).where(sql`(${scope}, ${digest}) in ${old}`).returning({ scope })
      }),
  }
}
