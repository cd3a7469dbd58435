import { type Connection, MissingReference, UniqueConflict } from '#db/connection.ts'
import { createLiveTokens } from '#db/live-tokens.ts'
import { manyRows } from '#db/many-rows.ts'
import { type Pair, preparedInPairs } from '#db/prepared-in.ts'
import { auditWrites } from '#db/writes.ts'
import { StaleDecision } from '#lib/access/rights.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { AskedToken, PlaceStore, SeenPlace } from '#lib/usage/place-store.ts'

const pairOf = ({ tenantId, tokenId }: AskedToken): Pair => [tenantId, tokenId]

const createPlacesOf = (connection: Connection): PlaceStore['placesOf'] => {
  const { tokenPlaces: places } = connection.schema
  const read = preparedInPairs(connection, (queries, among) =>
    queries
      .select({ tenantId: places.tenantId, tokenId: places.tokenId, kind: places.kind, value: places.value })
      .from(places)
      .where(among(places.tenantId, places.tokenId)),
  )
  return async (asked) => (asked.length === 0 ? [] : read(asked.map(pairOf)))
}

const createNamed = (connection: Connection): PlaceStore['named'] => {
  const { tokens } = connection.schema
  const read = preparedInPairs(connection, (queries, among) =>
    queries
      .select({ tenantId: tokens.tenantId, id: tokens.id, name: tokens.name, context: tokens.context })
      .from(tokens)
      .where(among(tokens.tenantId, tokens.id)),
  )
  return async (asked) => (asked.length === 0 ? [] : read(asked.map(pairOf)))
}

const insertPlaces = manyRows<keyof SeenPlace>(
  'places',
  ['tenantId', 'tokenId', 'kind', 'value', 'firstSeenAt'],
  (tx, { tokenPlaces }, rows) => tx.insert(tokenPlaces).values(rows).returning({ value: tokenPlaces.value }),
)

/** Places of tokens in SQL; the contract stands at PlaceStore. */
export const createPlaceStore = (connection: Connection): PlaceStore => {
  const { atomically, schema } = connection
  const liveOf = createLiveTokens(connection)
  const write = (places: readonly SeenPlace[], events: readonly AuditEvent[]) =>
    atomically((tx) => [...insertPlaces(tx, schema, places), ...auditWrites(tx, schema, events)])
  const writeOfLive = async (places: readonly SeenPlace[], events: readonly AuditEvent[]): Promise<void> => {
    try {
      await write(places, events)
    } catch (thrown) {
      // Tokens hardly ever go: they are looked for where one has.
      if (!(thrown instanceof MissingReference)) throw thrown
      const live = await liveOf(places)
      if (live.length > 0) await write(live, events)
    }
  }
  return {
    placesOf: createPlacesOf(connection),
    named: createNamed(connection),
    add: async (places, events) => {
      try {
        await writeOfLive(places, events)
      } catch (thrown) {
        if (thrown instanceof UniqueConflict) throw new StaleDecision('a place was added')
        throw thrown
      }
    },
  }
}
