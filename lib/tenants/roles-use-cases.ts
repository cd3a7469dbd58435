import { addPermission, type CatalogPorts, withdrawPermission } from '#lib/tenants/catalog.ts'
import {
  defineEnvironmentRole,
  deleteEnvironmentRole,
  type EnvironmentRolePorts,
  editEnvironmentRole,
} from '#lib/tenants/environment-roles.ts'
import { defineRole, deleteRole, editRole, type TenantRolePorts } from '#lib/tenants/tenant-roles.ts'

/** The use-cases of roles and catalog, over their ports. */
export const rolesUseCases = (ports: TenantRolePorts & EnvironmentRolePorts & CatalogPorts) => ({
  defineRole: defineRole(ports),
  editRole: editRole(ports),
  deleteRole: deleteRole(ports),
  defineEnvironmentRole: defineEnvironmentRole(ports),
  editEnvironmentRole: editEnvironmentRole(ports),
  deleteEnvironmentRole: deleteEnvironmentRole(ports),
  addPermission: addPermission(ports),
  withdrawPermission: withdrawPermission(ports),
})
