import { type AnyColumn, and, asc, desc, eq, gt, ne, sql } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import { placeholders } from '#db/placeholders.ts'
import type { Schema } from '#db/schema.ts'
import { grantText, readGrants } from '#db/tokens/grant-text.ts'
import { toToken } from '#db/tokens/token-row.ts'
import { DAY_SECONDS } from '#lib/time/duration.ts'
import type { Credential, DailyUse, LastUse, PermissionUse, TokenStore } from '#lib/tokens/token-store.ts'

const USE_DAYS = 30

/** Finds one token with its grant; undefined if the tenant has none of this id. */
export const tokenFinder = ({ prepared, schema }: Connection): TokenStore['find'] => {
  const { tokens } = schema
  const { tenantId, tokenId } = placeholders('tenantId', 'tokenId')
  const tokenOf = prepared((queries) =>
    queries
      .select({ token: tokens, grants: grantText(schema, tenantId, tokenId) })
      .from(tokens)
      .where(and(eq(tokens.tenantId, tenantId), eq(tokens.id, tokenId))),
  )
  return async (tenantId, tokenId) => {
    const [row] = await tokenOf({ tenantId, tokenId })
    return row && toToken(row.token, readGrants(row.grants))
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

type Asked = { readonly tenantId: string; readonly tokenId: string; readonly now: number }

const usedLately = ({ tokenUse }: Schema, { tenantId, tokenId, now }: Asked) =>
  and(eq(tokenUse.tenantId, tenantId), eq(tokenUse.tokenId, tokenId), gt(tokenUse.day, now - USE_DAYS * DAY_SECONDS))

const sumOf = (column: AnyColumn, outcome: 'accepted' | 'refused', of: AnyColumn) =>
  sql<number>`coalesce(sum(case when ${of} = ${outcome} then ${column} end), 0)`.mapWith(Number)

/** The days with use among the last 30, oldest first. */
export const listDailyUse = ({ queries, read, schema }: Connection, asked: Asked): Promise<readonly DailyUse[]> => {
  const { tokenUse } = schema
  return read(
    queries
      .select({
        day: tokenUse.day,
        accepted: sumOf(tokenUse.count, 'accepted', tokenUse.outcome),
        refused: sumOf(tokenUse.count, 'refused', tokenUse.outcome),
      })
      .from(tokenUse)
      .where(usedLately(schema, asked))
      .groupBy(tokenUse.day)
      .orderBy(asc(tokenUse.day)),
  )
}

/** The permissions that were asked for within the last 30 days, by their keys. */
export const listPermissionUse = (
  { queries, read, schema }: Connection,
  asked: Asked,
): Promise<readonly PermissionUse[]> => {
  const { tokenUse } = schema
  return read(
    queries
      .select({
        permission: tokenUse.permission,
        accepted: sumOf(tokenUse.asked, 'accepted', tokenUse.outcome),
        refused: sumOf(tokenUse.asked, 'refused', tokenUse.outcome),
        lastDay: sql<number>`max(${tokenUse.day})`.mapWith(Number),
      })
      .from(tokenUse)
      .where(and(usedLately(schema, asked), ne(tokenUse.permission, '')))
      .groupBy(tokenUse.permission)
      .orderBy(asc(tokenUse.permission)),
  )
}
