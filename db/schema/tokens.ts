import { isNull, sql } from 'drizzle-orm'
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Kit } from '#db/kit.ts'
import type { tenancyTables } from '#db/schema/tenancy.ts'
import type {
  CredentialKind,
  GrantMode,
  RefreshMode,
  RevocationReason,
  TokenContext,
  TokenType,
} from '#lib/tokens/token.ts'

type Referenced = ReturnType<typeof tenancyTables>

/** Tokens, what they were granted, and the credentials that stand for them. */
export const tokenTables = (kit: Kit, { tenants }: Referenced) => {
  const { table, text, integer, numericDate, index, primaryKey, foreignKey, check } = kit
  const tokens = table(
    'tokens',
    {
      tenantId: text('tenant_id')
        .notNull()
        .references(() => tenants.id, { onDelete: 'cascade' }),
      id: text('id').notNull(),
      context: text('context').$type<TokenContext>().notNull(),
      type: text('type').$type<TokenType>().notNull(),
      // No foreign key: a token keeps saying whose it was after the person has gone.
      ownerUserId: text('owner_user_id'),
      granterUserId: text('granter_user_id').notNull(),
      granterName: text('granter_name').notNull(),
      granterLevel: integer('granter_level').notNull(),
      name: text('name').notNull(),
      description: text('description').notNull(),
      // Lower-cased name and description: what a search looks in.
      searchText: text('search_text').notNull(),
      grantMode: text('grant_mode').$type<GrantMode>().notNull(),
      // JSON array of canonical CIDR texts; empty = from anywhere.
      ipAllowlist: text('ip_allowlist').notNull().default('[]'),
      metadata: text('metadata').notNull().default('{}'),
      createdAt: numericDate('created_at').notNull(),
      expiresAt: numericDate('expires_at'),
      revokedAt: numericDate('revoked_at'),
      revokedBy: text('revoked_by'),
      revokedReason: text('revoked_reason').$type<RevocationReason>(),
      pausedAt: numericDate('paused_at'),
      pausedBy: text('paused_by'),
      pausedLevel: integer('paused_level'),
      pausedReason: text('paused_reason'),
      hint: text('hint').notNull(),
      // Whether exchanges answer with a refresh token: as the environment says, or as this token says of itself.
      refreshMode: text('refresh_mode').$type<RefreshMode>().notNull().default('default'),
      // Set: its bearer JWTs are bound to a key of the client (RFC 9449).
      dpopRequiredAt: numericDate('dpop_required_at'),
      // Null: no limit of its own.
      requestsPerMinute: integer('requests_per_minute'),
      refreshSeq: integer('refresh_seq').notNull().default(0),
      version: integer('version').notNull().default(0),
    },
    (t) => [
      primaryKey({ columns: [t.tenantId, t.id] }),
      index('tokens_newest').on(t.tenantId, t.context, t.createdAt, t.id),
      index('tokens_live_newest').on(t.tenantId, t.context, t.createdAt, t.id).where(isNull(t.revokedAt)),
      index('tokens_by_owner').on(t.tenantId, t.ownerUserId, t.createdAt, t.id),
      // Which of them end soon, whatever the account.
      index('tokens_by_expiry').on(t.expiresAt, t.tenantId, t.id).where(isNull(t.revokedAt)),
      check('tokens_context', sql`${t.context} in ('user', 'tenant')`),
      check('tokens_type', sql`${t.type} in ('client_credentials', 'access_token')`),
      check('tokens_grant_mode', sql`${t.grantMode} in ('owner', 'permissions', 'roles')`),
      check('tokens_owner', sql`(${t.context} = 'user') = (${t.ownerUserId} is not null)`),
      check('tokens_owner_grant', sql`${t.grantMode} <> 'owner' or ${t.context} = 'user'`),
    ],
  )
  const ofToken = (t: { tenantId: AnySQLiteColumn; tokenId: AnySQLiteColumn }) =>
    foreignKey({ columns: [t.tenantId, t.tokenId], foreignColumns: [tokens.tenantId, tokens.id] }).onDelete('cascade')
  const tokenColumns = () => ({ tenantId: text('tenant_id').notNull(), tokenId: text('token_id').notNull() })
  const tokenGrants = table(
    'token_grants',
    { ...tokenColumns(), kind: text('kind').$type<'permission' | 'role'>().notNull(), key: text('key').notNull() },
    (t) => [primaryKey({ columns: [t.tenantId, t.tokenId, t.kind, t.key] }), ofToken(t)],
  )
  const credentials = table(
    'credentials',
    {
      ...tokenColumns(),
      id: text('id').notNull(),
      kind: text('kind').$type<CredentialKind>().notNull(),
      digest: text('digest'),
      secretId: text('secret_id'),
      kid: text('kid'),
      // JSON of the JWK Set (RFC 7517 §5) with which a client without a secret signs its assertions.
      publicJwks: text('public_jwks'),
      createdAt: numericDate('created_at').notNull(),
      // When an overlap ends this credential; null: with its token.
      endsAt: numericDate('ends_at'),
    },
    (t) => [
      primaryKey({ columns: [t.tenantId, t.id] }),
      index('credentials_by_token').on(t.tenantId, t.tokenId),
      index('credentials_by_kid').on(t.kid),
      index('credentials_by_digest').on(t.digest),
      ofToken(t),
      check('credentials_kind', sql`${t.kind} in ('client_secret', 'access_jwt', 'public_jwks')`),
    ],
  )
  return { tokens, tokenGrants, credentials }
}
