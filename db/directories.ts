import { eq } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'

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
