import { and, eq, sql } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import type { FamilyStore } from '#lib/verdict/standing.ts'

/** Refresh families that ended, by theft or by revocation, while bearer JWTs of theirs may still be about. */
export const createFamilyStore = ({ prepared, schema: { endedFamilies } }: Connection): FamilyStore => {
  const endedOf = prepared((queries) =>
    queries
      .select({ familyId: endedFamilies.familyId })
      .from(endedFamilies)
      .where(
        and(
          eq(endedFamilies.tenantId, sql.placeholder('tenantId')),
          eq(endedFamilies.tokenId, sql.placeholder('tokenId')),
        ),
      ),
  )
  return {
    endedFamilies: async (tenantId, tokenId) => (await endedOf({ tenantId, tokenId })).map(({ familyId }) => familyId),
  }
}
