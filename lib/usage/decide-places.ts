import { type Place, type PlaceKind, tokenKeyOf } from '#lib/usage/place.ts'

/** Places of one kind that a token may have; from then on new ones are neither kept nor told of. */
export const PLACES_MAX = 100

/** A place that a token has not been used from, and whether somebody has to be told. */
export type NewPlace<Sighting> = { readonly sighting: Sighting; readonly isNews: boolean }

const ofKind = (places: readonly Place[], kind: PlaceKind): readonly Place[] =>
  places.filter((place) => place.kind === kind)

/**
 * Which of these sightings are of new places, where these are known. The first place of a kind is where a token begins,
 * and no news. Of one place at most one sighting is given. Pure.
 */
export const decidePlaces = <Sighting extends Place>(
  sightings: readonly Sighting[],
  known: readonly Place[],
): readonly NewPlace<Sighting>[] => {
  const now: Map<string, Place[]> = Map.groupBy(known, tokenKeyOf)
  return sightings.flatMap((sighting) => {
    const token = tokenKeyOf(sighting)
    const places = now.get(token) ?? []
    const like = ofKind(places, sighting.kind)
    if (like.length >= PLACES_MAX || like.some(({ value }) => value === sighting.value)) return []
    places.push(sighting)
    now.set(token, places)
    return [{ sighting, isNews: like.length > 0 }]
  })
}
