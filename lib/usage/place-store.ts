import type { AuditEvent } from '#lib/audit/audit-event.ts'
import type { Token } from '#lib/tokens/token.ts'
import type { Place, PlaceKind } from '#lib/usage/place.ts'

/** A token that exists, and the places it was ever used from. */
export type PlacedToken = Pick<Token, 'tenantId' | 'id' | 'name' | 'context'> & {
  readonly places: readonly { readonly kind: PlaceKind; readonly value: string }[]
}

/** A place to be remembered; NumericDate. */
export type SeenPlace = Place & { readonly firstSeenAt: number }

/** Where tokens were used from. */
export type PlaceStore = {
  /** Those of these tokens that exist, at most 500 asked for at once. */
  tokens(asked: readonly { readonly tenantId: string; readonly tokenId: string }[]): Promise<readonly PlacedToken[]>
  /** Adds places and what there is to tell of them, all or none; StaleDecision if one of them was added meanwhile. */
  add(places: readonly SeenPlace[], events: readonly AuditEvent[]): Promise<void>
}
