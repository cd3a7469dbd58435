import { sql } from 'drizzle-orm'
import type { Kit } from '#db/kit.ts'
import type { tokenTables } from '#db/schema/tokens.ts'
import type { RefreshEndReason } from '#lib/oauth/refresh-token.ts'

type Referenced = ReturnType<typeof tokenTables>

/** Refresh tokens, their families, ids that count once, and the directory from a token's id to its tenant. */
export const oauthTables = (kit: Kit, { tokens }: Referenced) => {
  const { table, text, integer, numericDate, index, uniqueIndex, primaryKey, foreignKey } = kit
  const refreshTokens = table(
    'refresh_tokens',
    {
      tenantId: text('tenant_id').notNull(),
      tokenId: text('token_id').notNull(),
      sequence: integer('sequence').notNull(),
      familyId: text('family_id').notNull(),
      digest: text('digest').notNull(),
      secretId: text('secret_id').notNull(),
      // The scope the family was narrowed to; null: everything the token may do.
      scope: text('scope'),
      audience: text('audience').notNull(),
      // A successor is HMAC(key, predecessor and salt), so that a retry gets the same one.
      predecessorSequence: integer('predecessor_sequence'),
      salt: text('salt'),
      createdAt: numericDate('created_at').notNull(),
      usedAt: numericDate('used_at'),
      endedAt: numericDate('ended_at'),
      endedReason: text('ended_reason').$type<RefreshEndReason>(),
    },
    (t) => [
      primaryKey({ columns: [t.tenantId, t.tokenId, t.sequence] }),
      uniqueIndex('refresh_tokens_by_digest').on(t.digest),
      // Of a family the newest alone: whether it has ended tells whether the family has.
      index('refresh_tokens_newest_of_family').on(t.tenantId, t.familyId).where(sql`${t.usedAt} is null`),
      // The newest active ones of a client are found however many were used before.
      index('refresh_tokens_active')
        .on(t.tenantId, t.tokenId, t.sequence)
        .where(sql`${t.usedAt} is null and ${t.endedAt} is null`),
      uniqueIndex('refresh_tokens_successor')
        .on(t.tenantId, t.tokenId, t.predecessorSequence)
        .where(sql`${t.predecessorSequence} is not null`),
      foreignKey({ columns: [t.tenantId, t.tokenId], foreignColumns: [tokens.tenantId, tokens.id] }).onDelete(
        'cascade',
      ),
    ],
  )
  // Families that ended by theft or revocation: bearer JWTs with this sid are refused at once. Forgotten after a day.
  const endedFamilies = table(
    'ended_families',
    {
      tenantId: text('tenant_id').notNull(),
      familyId: text('family_id').notNull(),
      tokenId: text('token_id').notNull(),
      endedAt: numericDate('ended_at').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.tenantId, t.familyId] }),
      index('ended_families_by_token').on(t.tenantId, t.tokenId, t.endedAt),
    ],
  )
  // Ids that count once: `jti` of client assertions (RFC 7523 §3) and of DPoP proofs (RFC 9449 §11.1), as digests.
  const replayIds = table(
    'replay_ids',
    {
      tenantId: text('tenant_id').notNull(),
      kind: text('kind').$type<'assertion' | 'dpop'>().notNull(),
      digest: text('digest').notNull(),
      // From then on its own times refuse what carried it.
      expiresAt: numericDate('expires_at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.tenantId, t.kind, t.digest] }), index('replay_ids_by_end').on(t.expiresAt)],
  )
  // Tenantless look-up of what a caller holds: client_id (a token's id) → tenant.
  const tokenDirectory = table('token_directory', {
    tokenId: text('token_id').primaryKey(),
    tenantId: text('tenant_id').notNull(),
  })
  return { refreshTokens, endedFamilies, replayIds, tokenDirectory }
}
