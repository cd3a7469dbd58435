import { and, eq } from 'drizzle-orm'
import type { Connection } from '#db/connection.ts'
import type { FamilyStore } from '#lib/verdict/standing.ts'

/** Refresh families that ended, by theft or by revocation, while bearer JWTs of theirs may still be about. */
export const createFamilyStore = ({ queries, read, schema: { endedFamilies } }: Connection): FamilyStore => ({
  endedFamilies: async (tenantId, tokenId) => {
    const rows = await read(
      queries
        .select({ familyId: endedFamilies.familyId })
        .from(endedFamilies)
        .where(and(eq(endedFamilies.tenantId, tenantId), eq(endedFamilies.tokenId, tokenId))),
    )
    return rows.map(({ familyId }) => familyId)
  },
})
