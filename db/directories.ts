import { eq, inArray } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import type { Schema } from '#db/schema.ts'

/** The tenant in which a token of this id lives; undefined for an unknown id. */
export const findTenantOfToken = async (
  { queries, read, schema: { tokenDirectory } }: Connection,
  tokenId: string,
): Promise<string | undefined> => {
  const [row] = await read(
    queries
      .select({ tenantId: tokenDirectory.tenantId })
      .from(tokenDirectory)
      .where(eq(tokenDirectory.tokenId, tokenId)),
  )
  return row?.tenantId
}

/** The refresh token under one of these digests; undefined if there is none. */
export const findRefreshByDigest = async (
  { queries, read, schema: { refreshTokens } }: Connection,
  digests: readonly string[],
): Promise<Schema['refreshTokens']['$inferSelect'] | undefined> => {
  const [row] = await read(
    queries
      .select()
      .from(refreshTokens)
      .where(inArray(refreshTokens.digest, [...digests]))
      .limit(1),
  )
  return row
}
