import type { RightsVersions } from '#lib/access/rights.ts'

/** A signed-in person in one tenant, with the rights of this moment and the request they came by. */
export type Principal = {
  readonly userId: string
  readonly name: string
  readonly email: string
  /** Public id of the session; undefined where no session stands behind it (demo data, command line). */
  readonly sessionId: string | undefined
  /** NumericDate of the last proof of identity; account tokens ask for a recent one. */
  readonly signedInAt: number
  readonly tenant: { readonly id: string; readonly slug: string; readonly name: string }
  readonly roleKeys: readonly string[]
  readonly level: number
  /** All the person may do here now: catalog and portal permissions, within the tenant's ceiling. */
  readonly permissions: ReadonlySet<string>
  readonly versions: RightsVersions
  readonly request: RequestTrace
}

/** What a request leaves in the audit trail. */
export type RequestTrace = {
  readonly requestId: string
  readonly address: string | undefined
}
