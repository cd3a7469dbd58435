import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Kit } from '#db/kit.ts'
import type { tokenTables } from '#db/schema/tokens.ts'

type Referenced = ReturnType<typeof tokenTables>

/** How tokens were used: each credential last, each day how often, and ever where from. */
export const usageTables = (kit: Kit, { tokens }: Referenced) => {
  const { table, text, numericDate, counter, index, primaryKey, foreignKey } = kit
  const ofToken = (t: { tenantId: AnySQLiteColumn; tokenId: AnySQLiteColumn }) =>
    foreignKey({ columns: [t.tenantId, t.tokenId], foreignColumns: [tokens.tenantId, tokens.id] }).onDelete('cascade')
  const tokenColumns = () => ({ tenantId: text('tenant_id').notNull(), tokenId: text('token_id').notNull() })
  const credentialUse = table(
    'credential_use',
    {
      ...tokenColumns(),
      credentialId: text('credential_id').notNull(),
      lastUsedAt: numericDate('last_used_at').notNull(),
      address: text('address'),
      agent: text('agent'),
    },
    (t) => [primaryKey({ columns: [t.tenantId, t.tokenId, t.credentialId] }), ofToken(t)],
  )
  const tokenUse = table(
    'token_use',
    {
      ...tokenColumns(),
      // NumericDate of the UTC midnight that began the day.
      day: numericDate('day').notNull(),
      // What was asked for; empty where nothing was.
      permission: text('permission').notNull().default(''),
      outcome: text('outcome').$type<'accepted' | 'refused'>().notNull(),
      // Each use at one of its permissions alone, so that the sum of a day is how often the token was used.
      count: counter('count').notNull(),
      // How often this permission was asked for.
      asked: counter('asked').notNull().default(0),
    },
    (t) => [
      primaryKey({ columns: [t.tenantId, t.tokenId, t.day, t.permission, t.outcome] }),
      // What is so old that it is forgotten.
      index('token_use_by_day').on(t.day),
      ofToken(t),
    ],
  )
  // Where a token was ever used from: network blocks and agents, so that a new one is noticed.
  const tokenPlaces = table(
    'token_places',
    {
      ...tokenColumns(),
      kind: text('kind').$type<'network' | 'agent'>().notNull(),
      value: text('value').notNull(),
      firstSeenAt: numericDate('first_seen_at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.tenantId, t.tokenId, t.kind, t.value] }), ofToken(t)],
  )
  return { credentialUse, tokenUse, tokenPlaces }
}
