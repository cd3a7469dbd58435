import type { RightsVersions } from '#lib/access/rights.ts'
import type { Role } from '#lib/access/role.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'

/** Who changes the environment, and the version their decision stood on. */
export type EnvironmentChange = {
  readonly operatorId: string
  readonly environmentVersion: number
  readonly event: AuditEvent
}

/** A change of what roles mean: in one tenant, or in the environment by an operator. */
export type RoleChange =
  | { readonly scope: 'tenant'; readonly versions: RightsVersions; readonly event: AuditEvent }
  | ({ readonly scope: 'environment' } & EnvironmentChange)

/**
 * What roles there are and what they allow. Changes are all or nothing with their audit event and their row in the
 * change feed, and move the rights of their scope on; each throws StaleDecision if the rights it stood on changed, or
 * if an operator is none any more.
 */
export type RoleStore = {
  /** Throws `role.exists` for a key that the tenant, the environment, or for the environment any tenant, has. */
  define(role: Role, change: RoleChange): Promise<void>
  /** Replaces all but the key. */
  edit(role: Role, change: RoleChange): Promise<void>
  /** Takes the role from tokens too, so that a later role of that key revives no grant; `role.in_use` while members hold it. */
  delete(key: string, change: RoleChange): Promise<void>
}
