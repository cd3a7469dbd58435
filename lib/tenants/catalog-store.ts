import type { Permission } from '#lib/access/permission.ts'
import type { EnvironmentChange } from '#lib/tenants/role-store.ts'

/**
 * The environment's catalog. Changes are all or nothing with their audit event and their row in the change feed, and
 * move the environment's rights on; each throws StaleDecision if those changed meanwhile.
 */
export type CatalogStore = {
  /** At the catalog's end; a withdrawn one comes back where it was. `permission.exists` for one that is there. */
  add(permission: Permission, change: EnvironmentChange): Promise<void>
  withdraw(key: string, change: EnvironmentChange): Promise<void>
}
