import { and, eq, inArray, isNull, type SQL } from 'drizzle-orm'
import type { Transaction, Write } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'
import type { NewSession } from '#lib/sign-in/session.ts'

const endWhere = (tx: Transaction, { sessions }: Schema, at: number, which: SQL | undefined): Write => ({
  label: 'ended sessions',
  rows: tx
    .update(sessions)
    .set({ endedAt: at })
    .where(and(isNull(sessions.endedAt), which))
    .returning({ id: sessions.id }),
  expect: 'any',
})

/** Ends every session of a person: part of each list that disables or removes them. */
export const endSessionsWrite = (tx: Transaction, schema: Schema, userId: string, at: number): Write =>
  endWhere(tx, schema, at, eq(schema.sessions.userId, userId))

/** Ends the sessions under these digests, whoever they belong to. */
export const endDigestsWrite = (tx: Transaction, schema: Schema, digests: readonly string[], at: number): Write =>
  endWhere(tx, schema, at, inArray(schema.sessions.digest, [...digests]))

/** Begins a session. */
export const sessionWrite = (tx: Transaction, { sessions }: Schema, session: NewSession): Write => ({
  label: 'session',
  rows: tx
    .insert(sessions)
    .values({
      digest: session.digest,
      id: session.id,
      userId: session.userId,
      method: session.method,
      signedInAt: session.signedInAt,
      lastSeenAt: session.lastSeenAt,
      expiresAt: session.expiresAt,
      address: session.address ?? null,
      agent: session.agent ?? null,
    })
    .returning({ id: sessions.id }),
  expect: 1,
})
