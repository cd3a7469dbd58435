import { sql } from 'drizzle-orm'
import { type Connection, MissingReference, type Transaction, type Write } from '#db/connection.ts'
import { manyRows } from '#db/many-rows.ts'
import { preparedInPairs } from '#db/prepared-in.ts'
import type { Schema } from '#db/schema.ts'
import { auditOnceWrites } from '#db/writes.ts'
import type { CredentialLastUse, DayUse, UsageBatch, UsageStore } from '#lib/usage/usage-store.ts'

// Several nodes write at once: in one order, or two of them could each wait for rows of the other.
const inOrder = <Use>(uses: readonly Use[], keyOf: (use: Use) => string): Use[] =>
  uses
    .map((use) => ({ use, key: keyOf(use) }))
    .toSorted((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ use }) => use)

type OfToken = { readonly tenantId: string; readonly tokenId: string }

const placeOf = ({ tenantId, tokenId }: OfToken): string => `${tenantId}/${tokenId}`

// Of those of a list, the ones whose token is there.
const createLivePlaces = (connection: Connection) => {
  const { tokens } = connection.schema
  const found = preparedInPairs(connection, (queries, among) =>
    queries
      .select({ tenantId: tokens.tenantId, tokenId: tokens.id })
      .from(tokens)
      .where(among(tokens.tenantId, tokens.id)),
  )
  return async (uses: readonly OfToken[]): Promise<ReadonlySet<string>> =>
    new Set((await found(uses.map(({ tenantId, tokenId }) => [tenantId, tokenId]))).map(placeOf))
}

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
  insertDays(
    tx,
    schema,
    inOrder(uses, (use) => `${placeOf(use)}/${use.day}/${use.permission}/${use.outcome}`),
  )

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
  insertLastUses(
    tx,
    schema,
    inOrder(uses, (use) => `${placeOf(use)}/${use.credentialId}`),
  ).map((write) => ({ ...write, expect: 'any' }))

/** Counts and last uses in SQL, and what people are told of them; the contract stands at UsageStore. */
export const createUsageStore = (connection: Connection): UsageStore => {
  const { atomically, schema } = connection
  const livePlaces = createLivePlaces(connection)
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
        const places = await livePlaces([...days, ...credentials])
        const isLive = (use: OfToken): boolean => places.has(placeOf(use))
        await write({ days: days.filter(isLive), credentials: credentials.filter(isLive) })
      }
    },
    tellOnce: async (events) => {
      if (events.length === 0) return
      const ordered = inOrder(events, ({ tenantId, id }) => `${tenantId}/${id}`)
      await atomically((tx) => auditOnceWrites(tx, schema, ordered))
    },
  }
}
