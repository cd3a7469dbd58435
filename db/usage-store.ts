import { lt, sql } from 'drizzle-orm'
import { type Connection, MissingReference, type Transaction, type Write } from '#db/connection.ts'
import { createLiveTokens } from '#db/live-tokens.ts'
import { manyRows } from '#db/many-rows.ts'
import { purgeInSteps } from '#db/purge-in-steps.ts'
import type { Schema } from '#db/schema.ts'
import { auditOnceWrites } from '#db/writes.ts'
import type { CredentialLastUse, DayUse, UsageBatch, UsageStore } from '#lib/usage/usage-store.ts'

// Several nodes write at once: in one order, or two of them could each wait for rows of the other.
const inOrder = <Field extends string, Row extends Readonly<Record<Field, string | number>>>(
  rows: readonly Row[],
  ...fields: readonly Field[]
): readonly Row[] =>
  rows.toSorted((one, other) => {
    const differing = fields.find((field) => one[field] !== other[field])
    return differing === undefined ? 0 : one[differing] < other[differing] ? -1 : 1
  })

const insertDays = manyRows<keyof DayUse>(
  'days',
  ['tenantId', 'tokenId', 'day', 'permission', 'outcome', 'count', 'asked'],
  (tx, { tokenUse }, rows) =>
    tx
      .insert(tokenUse)
      .values(rows)
      .onConflictDoUpdate({
        target: [tokenUse.tenantId, tokenUse.tokenId, tokenUse.day, tokenUse.permission, tokenUse.outcome],
        set: { count: sql`${tokenUse.count} + excluded.count`, asked: sql`${tokenUse.asked} + excluded.asked` },
      })
      .returning({ day: tokenUse.day }),
)

const dayWrites = (tx: Transaction, schema: Schema, uses: readonly DayUse[]): readonly Write[] =>
  insertDays(tx, schema, inOrder(uses, 'tenantId', 'tokenId', 'day', 'permission', 'outcome'))

const insertLastUses = manyRows<keyof CredentialLastUse>(
  'last uses',
  ['tenantId', 'tokenId', 'credentialId', 'lastUsedAt', 'address', 'agent'],
  (tx, { credentialUse }, rows) =>
    tx
      .insert(credentialUse)
      .values(rows)
      .onConflictDoUpdate({
        target: [credentialUse.tenantId, credentialUse.tokenId, credentialUse.credentialId],
        set: {
          lastUsedAt: sql`excluded.last_used_at`,
          address: sql`excluded.address`,
          agent: sql`excluded.agent`,
        },
        // Another process may have written a later use already.
        setWhere: sql`excluded.last_used_at >= ${credentialUse.lastUsedAt}`,
      })
      .returning({ at: credentialUse.lastUsedAt }),
)

const credentialWrites = (tx: Transaction, schema: Schema, uses: readonly CredentialLastUse[]): readonly Write[] =>
  insertLastUses(tx, schema, inOrder(uses, 'tenantId', 'tokenId', 'credentialId')).map((write) => ({
    ...write,
    expect: 'any',
  }))

/** Counts and last uses in SQL, and what people are told of them; the contract stands at UsageStore. */
export const createUsageStore = (connection: Connection): UsageStore => {
  const { atomically, schema } = connection
  const liveOf = createLiveTokens(connection)
  const write = ({ days, credentials }: UsageBatch) =>
    atomically((tx) => [...dayWrites(tx, schema, days), ...credentialWrites(tx, schema, credentials)])
  return {
    add: async ({ days, credentials }) => {
      if (days.length + credentials.length === 0) return
      try {
        await write({ days, credentials })
      } catch (thrown) {
        // Tokens hardly ever go: they are looked for where one has.
        if (!(thrown instanceof MissingReference)) throw thrown
        await write({ days: await liveOf(days), credentials: await liveOf(credentials) })
      }
    },
    tellOnce: async (events) => {
      if (events.length === 0) return
      const ordered = inOrder(events, 'tenantId', 'id')
      await atomically((tx) => auditOnceWrites(tx, schema, ordered))
    },
    purge: (before) =>
      purgeInSteps(connection, 'old days of use', (tx, limit) => {
        const { tokenUse } = schema
        const { tenantId, tokenId, day, permission, outcome } = tokenUse
        const key = { tenantId, tokenId, day, permission, outcome }
        const old = tx.select(key).from(tokenUse).where(lt(day, before)).limit(limit)
        return tx
          .delete(tokenUse)
          .where(sql`(${tenantId}, ${tokenId}, ${day}, ${permission}, ${outcome}) in ${old}`)
          .returning({ day })
      }),
  }
}
