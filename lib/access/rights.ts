/** The versions of the rights on which a decision stood; a write re-checks them (rule 11). */
export type RightsVersions = {
  readonly tenantId: string
  readonly tenant: number
  readonly environment: number
}

/** Thrown by a store when rights changed between a decision and its write; nothing was written. */
export class StaleDecision extends Error {
  override readonly name = 'StaleDecision'
}
