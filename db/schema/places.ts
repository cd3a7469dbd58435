import type { Kit } from '#db/kit.ts'
import type { tokenTables } from '#db/schema/tokens.ts'

type Referenced = ReturnType<typeof tokenTables>

/** Where a token was ever used from: network blocks and agents, so that a new one is noticed. */
export const placeTables = ({ table, text, numericDate, primaryKey, foreignKey }: Kit, { tokens }: Referenced) => ({
  tokenPlaces: table(
    'token_places',
    {
      tenantId: text('tenant_id').notNull(),
      tokenId: text('token_id').notNull(),
      kind: text('kind').$type<'network' | 'agent'>().notNull(),
      value: text('value').notNull(),
      firstSeenAt: numericDate('first_seen_at').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.tenantId, t.tokenId, t.kind, t.value] }),
      foreignKey({ columns: [t.tenantId, t.tokenId], foreignColumns: [tokens.tenantId, tokens.id] }).onDelete(
        'cascade',
      ),
    ],
  ),
})
