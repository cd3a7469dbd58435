import type { Place, PlaceKind } from '#lib/usage/place.ts'
import type { PlacedToken } from '#lib/usage/place-store.ts'

/** Places of one kind that a token may have; from then on new ones are neither kept nor told of. */
export const PLACES_MAX = 100

/** A place that a token has not been used from, and whether somebody has to be told. */
export type NewPlace<Sighting> = { readonly sighting: Sighting; readonly token: PlacedToken; readonly isNews: boolean }

const countOf = ({ places }: PlacedToken, kind: PlaceKind): number =>
  places.filter((place) => place.kind === kind).length

/**
 * Which of these sightings are of new places. The first place of a kind is where a token begins, and no news. Sightings
 * of tokens that are gone are passed over, and of one place at most one is given. Pure.
 */
export const decidePlaces = <Sighting extends Place>(
  sightings: readonly Sighting[],
  tokens: readonly PlacedToken[],
): readonly NewPlace<Sighting>[] => {
  const now = new Map(tokens.map((token) => [`${token.tenantId}/${token.id}`, token]))
  return sightings.flatMap((sighting) => {
    const key = `${sighting.tenantId}/${sighting.tokenId}`
    const token = now.get(key)
    const { kind, value } = sighting
    if (!token || token.places.some((place) => place.kind === kind && place.value === value)) return []
    const known = countOf(token, kind)
    if (known >= PLACES_MAX) return []
    now.set(key, { ...token, places: [...token.places, { kind, value }] })
    return [{ sighting, token, isNews: known > 0 }]
  })
}
