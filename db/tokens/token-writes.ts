import { and, eq } from 'drizzle-orm'
import type { Transaction, Write } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'
import { changingColumns } from '#db/tokens/token-row.ts'
import { changeWrite, RIGHTS } from '#db/writes.ts'
import type { Token } from '#lib/tokens/token.ts'

const versioned = (tx: Transaction, { tokens }: Schema, token: Token, set: Partial<Schema['tokens']['$inferInsert']>) =>
  ({
    // The label of a guard: a token that changed since it was read is decided on again.
    label: RIGHTS,
    rows: tx
      .update(tokens)
      .set({ ...set, version: token.version + 1 })
      .where(and(eq(tokens.tenantId, token.tenantId), eq(tokens.id, token.id), eq(tokens.version, token.version)))
      .returning({ id: tokens.id }),
    expect: 1,
  }) satisfies Write

/** Saves what a change may alter of a token, unless it is no longer the version that was read. */
export const versionedWrite = (tx: Transaction, schema: Schema, token: Token): Write =>
  versioned(tx, schema, token, changingColumns(token))

/** `versionedWrite` for a step of a rotation, which alone may give a token another end. */
export const rotatedWrite = (tx: Transaction, schema: Schema, token: Token): Write =>
  versioned(tx, schema, token, { hint: token.hint, expiresAt: token.expiresAt })

/** Tells every cache that answers about a token may have changed. */
export const tokenChange = (tx: Transaction, schema: Schema, { tenantId, id }: Token, at: number): Write =>
  changeWrite(tx, schema, { kind: 'token', key: `${tenantId}/${id}`, at })
