import { eq, inArray, sql } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import type { ClientSecretPlace, RefreshPlace } from '#lib/leaks/leak-store.ts'

/** Finds the tenant in which a token of an id lives; undefined for an unknown id. */
export const tenantFinder = ({ prepared, schema: { tokenDirectory } }: Connection) => {
  const byToken = prepared((queries) =>
    queries
      .select({ tenantId: tokenDirectory.tenantId })
      .from(tokenDirectory)
      .where(eq(tokenDirectory.tokenId, sql.placeholder('tokenId'))),
  )
  return async (tokenId: string): Promise<string | undefined> => (await byToken({ tokenId }))[0]?.tenantId
}

/** The client secret with one of these digests; undefined for an unknown one. */
export const findPlaceOfSecret = async (
  { queries, read, schema: { credentials } }: Connection,
  digests: readonly string[],
): Promise<ClientSecretPlace | undefined> => {
  const { tenantId, tokenId, id } = credentials
  const [row] = await read(
    queries
      .select({ tenantId, tokenId, credentialId: id })
      .from(credentials)
      .where(inArray(credentials.digest, [...digests]))
      .limit(1),
  )
  return row
}

/** The refresh token with one of these digests; undefined for an unknown one. */
export const findPlaceOfRefresh = async (
  { queries, read, schema: { refreshTokens } }: Connection,
  digests: readonly string[],
): Promise<RefreshPlace | undefined> => {
  const { tenantId, tokenId, familyId, sequence } = refreshTokens
  const [row] = await read(
    queries
      .select({ tenantId, tokenId, familyId, sequence })
      .from(refreshTokens)
      .where(inArray(refreshTokens.digest, [...digests]))
      .limit(1),
  )
  return row
}
