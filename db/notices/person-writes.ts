import { and, eq, isNull } from 'drizzle-orm'
import { type Connection, type Transaction, type Write, WriteConflict } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'

const PERSON = 'person'

/** Holds, first in a list, that a person is there and not disabled. */
export const personGuard = (tx: Transaction, { users }: Schema, userId: string): Write => ({
  label: PERSON,
  rows: tx.share(
    tx
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, userId), isNull(users.disabledAt))),
  ),
  expect: 1,
})

/** Runs a list that begins with `personGuard`; false, and nothing written, when there is no such person. */
export const forPerson = async (
  { atomically }: Connection,
  writes: (tx: Transaction) => readonly Write[],
): Promise<boolean> => {
  try {
    await atomically(writes)
    return true
  } catch (thrown) {
    if (thrown instanceof WriteConflict && thrown.label === PERSON) return false
    throw thrown
  }
}
