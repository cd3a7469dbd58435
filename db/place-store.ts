import { and, eq } from 'drizzle-orm'
import { type Connection, UniqueConflict } from '#db/connection.ts'
import { manyRows } from '#db/many-rows.ts'
import { preparedInPairs } from '#db/prepared-in.ts'
import { auditWrites } from '#db/writes.ts'
import { StaleDecision } from '#lib/access/rights.ts'
import type { PlacedToken, PlaceStore } from '#lib/usage/place-store.ts'

const createTokensAsked = (connection: Connection): PlaceStore['tokens'] => {
  const { tokens, tokenPlaces } = connection.schema
  const rowsOf = preparedInPairs(connection, (queries, among) =>
    queries
      .select({
        tenantId: tokens.tenantId,
        id: tokens.id,
        name: tokens.name,
        context: tokens.context,
        kind: tokenPlaces.kind,
        value: tokenPlaces.value,
      })
      .from(tokens)
      .leftJoin(tokenPlaces, and(eq(tokenPlaces.tenantId, tokens.tenantId), eq(tokenPlaces.tokenId, tokens.id)))
      .where(among(tokens.tenantId, tokens.id)),
  )
  return async (asked) => {
    if (asked.length === 0) return []
    const rows = await rowsOf(asked.map(({ tenantId, tokenId }) => [tenantId, tokenId]))
    const byToken = Map.groupBy(rows, ({ tenantId, id }) => `${tenantId}/${id}`)
    return [...byToken.values()].flatMap(([first, ...others]): readonly PlacedToken[] => {
      if (!first) return []
      const { tenantId, id, name, context } = first
      const places = [first, ...others].flatMap(({ kind, value }) =>
        kind === null || value === null ? [] : [{ kind, value }],
      )
      return [{ tenantId, id, name, context, places }]
    })
  }
}

const insertPlaces = manyRows<'tenantId' | 'tokenId' | 'kind' | 'value' | 'firstSeenAt'>(
  'places',
  ['tenantId', 'tokenId', 'kind', 'value', 'firstSeenAt'],
  (tx, { tokenPlaces }, rows) => tx.insert(tokenPlaces).values(rows).returning({ value: tokenPlaces.value }),
)

/** Places of tokens in SQL; the contract stands at PlaceStore. */
export const createPlaceStore = (connection: Connection): PlaceStore => ({
  tokens: createTokensAsked(connection),
  add: async (places, events) => {
    const { atomically, schema } = connection
    try {
      await atomically((tx) => [...insertPlaces(tx, schema, places), ...auditWrites(tx, schema, events)])
    } catch (thrown) {
      if (thrown instanceof UniqueConflict) throw new StaleDecision('a place was added')
      throw thrown
    }
  },
})
