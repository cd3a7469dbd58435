import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lt, lte, max, or, type SQL, sql } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import { toToken } from '#db/tokens/token-row.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { TokenState } from '#lib/tokens/token.ts'
import type { Credential, DailyUse, LastUse, ListedToken, TokenQuery, TokenStore } from '#lib/tokens/token-store.ts'

const EXPIRING_SECONDS = 7 * DAY_SECONDS
const USE_DAYS = 30

/** Finds one token with its grant; undefined if the tenant has none of this id. */
export const tokenFinder = ({ prepared, schema: { tokens, tokenGrants } }: Connection): TokenStore['find'] => {
  const tokenOf = prepared((queries) =>
    queries
      .select()
      .from(tokens)
      .where(and(eq(tokens.tenantId, sql.placeholder('tenantId')), eq(tokens.id, sql.placeholder('tokenId')))),
  )
  const grantsOf = prepared((queries) =>
    queries
      .select()
      .from(tokenGrants)
      .where(
        and(eq(tokenGrants.tenantId, sql.placeholder('tenantId')), eq(tokenGrants.tokenId, sql.placeholder('tokenId'))),
      )
      .orderBy(asc(tokenGrants.key)),
  )
  return async (tenantId, tokenId) => {
    const [row] = await tokenOf({ tenantId, tokenId })
    return row && toToken(row, await grantsOf({ tenantId, tokenId }))
  }
}

const endOf = ({ endsAt }: Credential): number => endsAt ?? Number.MAX_SAFE_INTEGER

// Of two from the same second, the one that ends first is the older.
const newestFirst = (one: Credential, other: Credential): number =>
  other.createdAt - one.createdAt || endOf(other) - endOf(one)

/** Lists all credentials of a token, newest first. */
export const credentialLister = ({ prepared, schema: { credentials } }: Connection): TokenStore['credentials'] => {
  const { id, kind, digest, secretId, kid, publicJwks, createdAt, endsAt } = credentials
  const credentialsOf = prepared((queries) =>
    queries
      .select({ id, kind, digest, secretId, kid, publicJwks, createdAt, endsAt })
      .from(credentials)
      .where(
        and(eq(credentials.tenantId, sql.placeholder('tenantId')), eq(credentials.tokenId, sql.placeholder('tokenId'))),
      ),
  )
  return async (tenantId, tokenId) => (await credentialsOf({ tenantId, tokenId })).toSorted(newestFirst)
}

/** When and from where any credential of a token was last used. */
export const findLastUse = async (
  { queries, read, schema: { credentialUse } }: Connection,
  tenantId: string,
  tokenId: string,
): Promise<LastUse | undefined> => {
  const [row] = await read(
    queries
      .select({ at: credentialUse.lastUsedAt, address: credentialUse.address, agent: credentialUse.agent })
      .from(credentialUse)
      .where(and(eq(credentialUse.tenantId, tenantId), eq(credentialUse.tokenId, tokenId)))
      .orderBy(desc(credentialUse.lastUsedAt))
      .limit(1),
  )
  return row
}

/** The days with use among the last 30, oldest first. */
export const listDailyUse = async (
  { queries, read, schema: { tokenUse } }: Connection,
  tenantId: string,
  tokenId: string,
  now: number,
): Promise<readonly DailyUse[]> => {
  const rows = await read(
    queries
      .select()
      .from(tokenUse)
      .where(
        and(
          eq(tokenUse.tenantId, tenantId),
          eq(tokenUse.tokenId, tokenId),
          gt(tokenUse.day, now - USE_DAYS * DAY_SECONDS),
        ),
      )
      .orderBy(asc(tokenUse.day)),
  )
  const count = (day: number, outcome: 'accepted' | 'refused') =>
    rows.find((row) => row.day === day && row.outcome === outcome)?.count ?? 0
  return [...new Set(rows.map(({ day }) => day))].map((day) => ({
    day,
    accepted: count(day, 'accepted'),
    refused: count(day, 'refused'),
  }))
}

const escaped = (text: string): string => text.toLowerCase().replaceAll(/[\\%_]/g, (character) => `\\${character}`)

const stateCondition = ({ schema: { tokens } }: Connection, state: TokenState, now: number): SQL | undefined => {
  const alive = and(isNull(tokens.revokedAt), or(isNull(tokens.expiresAt), gt(tokens.expiresAt, now)))
  const soon = now + EXPIRING_SECONDS
  switch (state) {
    case 'revoked':
      return isNotNull(tokens.revokedAt)
    case 'expired':
      return and(isNull(tokens.revokedAt), lte(tokens.expiresAt, now))
    case 'paused':
      return and(alive, isNotNull(tokens.pausedAt))
    case 'expiring':
      return and(alive, isNull(tokens.pausedAt), lte(tokens.expiresAt, soon))
    case 'active':
      return and(alive, isNull(tokens.pausedAt), or(isNull(tokens.expiresAt), gt(tokens.expiresAt, soon)))
  }
}

const conditions = (connection: Connection, query: TokenQuery): SQL | undefined => {
  const { tokens } = connection.schema
  const { below } = query
  // Said apart from the states, so that the partial index of living tokens serves the common list.
  const living = query.states.length > 0 && !query.states.includes('revoked')
  return and(
    eq(tokens.tenantId, query.tenantId),
    eq(tokens.context, query.context),
    living ? isNull(tokens.revokedAt) : undefined,
    query.ownerUserId === undefined ? undefined : eq(tokens.ownerUserId, query.ownerUserId),
    query.type === undefined ? undefined : eq(tokens.type, query.type),
    or(...query.states.map((state) => stateCondition(connection, state, query.now))),
    query.search === '' ? undefined : sql`${tokens.searchText} like ${`%${escaped(query.search)}%`} escape '\\'`,
    below === undefined
      ? undefined
      : and(lte(tokens.createdAt, below.createdAt), or(lt(tokens.createdAt, below.createdAt), lt(tokens.id, below.id))),
  )
}

/** One page of a tenant's tokens, newest first. */
export const listTokenRows = async (connection: Connection, query: TokenQuery): Promise<readonly ListedToken[]> => {
  const { queries, read, schema } = connection
  const { tokens, tokenGrants, credentialUse, users } = schema
  const rows = await read(
    queries
      .select({ token: tokens, ownerName: users.name })
      .from(tokens)
      .leftJoin(users, eq(users.id, tokens.ownerUserId))
      .where(conditions(connection, query))
      .orderBy(desc(tokens.createdAt), desc(tokens.id))
      .limit(query.limit),
  )
  if (rows.length === 0) return []
  const ids = rows.map(({ token }) => token.id)
  const grants = await read(
    queries
      .select()
      .from(tokenGrants)
      .where(and(eq(tokenGrants.tenantId, query.tenantId), inArray(tokenGrants.tokenId, ids)))
      .orderBy(asc(tokenGrants.key)),
  )
  const uses = await read(
    queries
      .select({ tokenId: credentialUse.tokenId, at: max(credentialUse.lastUsedAt) })
      .from(credentialUse)
      .where(and(eq(credentialUse.tenantId, query.tenantId), inArray(credentialUse.tokenId, ids)))
      .groupBy(credentialUse.tokenId),
  )
  return rows.map(({ token, ownerName }) => ({
    token: toToken(
      token,
      grants.filter(({ tokenId }) => tokenId === token.id),
    ),
    ownerName,
    lastUsedAt: uses.find(({ tokenId }) => tokenId === token.id)?.at ?? null,
  }))
}
