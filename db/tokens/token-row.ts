import { LRUCache } from 'lru-cache'
import type { Schema } from '#db/schema.ts'
import type { Granted } from '#db/tokens/grant-text.ts'
import type { Grant, Token } from '#lib/tokens/token.ts'

type TokenRow = Schema['tokens']['$inferSelect']
type NewTokenRow = Schema['tokens']['$inferInsert']

const toGrant = (mode: TokenRow['grantMode'], rows: readonly Granted[]): Grant => {
  const keys = (kind: Granted['kind']) => rows.filter((row) => row.kind === kind).map(({ key }) => key)
  switch (mode) {
    case 'owner':
      return { mode }
    case 'permissions':
      return { mode, permissions: keys('permission') }
    case 'roles':
      return { mode, roles: keys('role') }
  }
}

const toRevoked = ({ revokedAt, revokedBy, revokedReason }: TokenRow): Token['revoked'] =>
  revokedAt === null ? null : { at: revokedAt, by: revokedBy ?? '', reason: revokedReason ?? 'by_hand' }

const toPaused = ({ pausedAt, pausedBy, pausedLevel, pausedReason }: TokenRow): Token['paused'] =>
  pausedAt === null ? null : { at: pausedAt, by: pausedBy ?? '', level: pausedLevel ?? 0, reason: pausedReason ?? '' }

// Most tokens have the list of some other, or none: the same array for all of them, which need be read but once.
const ALLOWLIST_CHARACTERS_MAX = 256 * 1024
const allowlists = new LRUCache<string, readonly string[]>({
  maxSize: ALLOWLIST_CHARACTERS_MAX,
  sizeCalculation: (_list, text) => text.length,
  memoMethod: (text) => JSON.parse(text),
})

/** A token as the product knows it, from its row and those of its grant. */
export const toToken = (row: TokenRow, grants: readonly Granted[]): Token => ({
  tenantId: row.tenantId,
  id: row.id,
  context: row.context,
  type: row.type,
  ownerUserId: row.ownerUserId,
  granter: { userId: row.granterUserId, name: row.granterName, level: row.granterLevel },
  name: row.name,
  description: row.description,
  grant: toGrant(row.grantMode, grants),
  ipAllowlist: allowlists.memo(row.ipAllowlist),
  metadata: JSON.parse(row.metadata),
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
  revoked: toRevoked(row),
  paused: toPaused(row),
  refreshMode: row.refreshMode,
  dpopRequiredAt: row.dpopRequiredAt,
  requestsPerMinute: row.requestsPerMinute,
  hint: row.hint,
  version: row.version,
})

/** The columns that a save may change. */
export const changingColumns = (token: Token) =>
  ({
    name: token.name,
    description: token.description,
    searchText: `${token.name}\n${token.description}`.toLowerCase(),
    grantMode: token.grant.mode,
    granterUserId: token.granter.userId,
    granterName: token.granter.name,
    granterLevel: token.granter.level,
    ipAllowlist: JSON.stringify(token.ipAllowlist),
    metadata: JSON.stringify(token.metadata),
    revokedAt: token.revoked?.at ?? null,
    revokedBy: token.revoked?.by ?? null,
    revokedReason: token.revoked?.reason ?? null,
    pausedAt: token.paused?.at ?? null,
    pausedBy: token.paused?.by ?? null,
    pausedLevel: token.paused?.level ?? null,
    pausedReason: token.paused?.reason ?? null,
    refreshMode: token.refreshMode,
    dpopRequiredAt: token.dpopRequiredAt,
    requestsPerMinute: token.requestsPerMinute,
    hint: token.hint,
  }) satisfies Partial<NewTokenRow>

/** The row of a new token. */
export const toTokenRow = (token: Token): NewTokenRow => ({
  tenantId: token.tenantId,
  id: token.id,
  context: token.context,
  type: token.type,
  ownerUserId: token.ownerUserId,
  createdAt: token.createdAt,
  expiresAt: token.expiresAt,
  ...changingColumns(token),
})

/** The rows of a token's grant; none for an `owner` grant. */
export const toGrantRows = ({ tenantId, id, grant }: Token): Schema['tokenGrants']['$inferInsert'][] => {
  const rows = (kind: Granted['kind'], keys: readonly string[]) =>
    keys.map((key) => ({ tenantId, tokenId: id, kind, key }))
  switch (grant.mode) {
    case 'owner':
      return []
    case 'permissions':
      return rows('permission', grant.permissions)
    case 'roles':
      return rows('role', grant.roles)
  }
}
