import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { Token } from '#lib/tokens/token.ts'
import type { Place } from '#lib/usage/place.ts'

/** A token that is asked about. */
export type AskedToken = Pick<Place, 'tenantId' | 'tokenId'>

/** How people know a token. */
export type NamedToken = Pick<Token, 'tenantId' | 'id' | 'name' | 'context'>

/** A place to be remembered; NumericDate. */
export type SeenPlace = Place & { readonly firstSeenAt: number }

/** Where tokens were used from. */
export type PlaceStore = {
  /** Where these tokens were ever used from, at most 500 asked for at once. */
  placesOf(asked: readonly AskedToken[]): Promise<readonly Place[]>
  /** Those of these tokens that exist, at most 500 asked for at once. */
  named(asked: readonly AskedToken[]): Promise<readonly NamedToken[]>
  /**
   * Adds places and what there is to tell of them, all or none, but for places of tokens that are gone; StaleDecision if
   * one of them was added meanwhile.
   */
  add(places: readonly SeenPlace[], events: readonly AuditEvent[]): Promise<void>
}
