import type { Connection } from '#db/connection.ts'
import { preparedInPairs } from '#db/prepared-in.ts'
import { tokenKeyOf } from '#lib/usage/place.ts'
import type { AskedToken } from '#lib/usage/place-store.ts'

/** Leaves of rows, of at most 500 tokens, those whose token is there. */
export const createLiveTokens = (connection: Connection) => {
  const { tokens } = connection.schema
  const found = preparedInPairs(connection, (queries, among) =>
    queries
      .select({ tenantId: tokens.tenantId, tokenId: tokens.id })
      .from(tokens)
      .where(among(tokens.tenantId, tokens.id)),
  )
  return async <Row extends AskedToken>(rows: readonly Row[]): Promise<readonly Row[]> => {
    if (rows.length === 0) return []
    const live = new Set((await found(rows.map(({ tenantId, tokenId }) => [tenantId, tokenId]))).map(tokenKeyOf))
    return rows.filter((row) => live.has(tokenKeyOf(row)))
  }
}
