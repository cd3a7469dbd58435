import type { z } from 'zod'
import type { AccessStore } from '#lib/access/access-store.ts'
import { type Acting, readActing } from '#lib/access/acting.ts'
import type { Principal } from '#lib/access/principal.ts'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import type { Role } from '#lib/access/role.ts'
import type { AuditEventType } from '#lib/audit/audit-event.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { decideDefineRole, decideEditRole, decideTouchRole } from '#lib/tenants/decide-role.ts'
import { unlessRefused } from '#lib/tenants/refusal.ts'
import { deleteRoleRequest, roleRequest } from '#lib/tenants/role-requests.ts'
import type { RoleChange, RoleStore } from '#lib/tenants/role-store.ts'
import { type EventPorts, eventBy } from '#lib/tenants/tenant-event.ts'

/** What changing a tenant's roles needs of the world. */
export type TenantRolePorts = EventPorts & { readonly accessStore: AccessStore; readonly roleStore: RoleStore }

type RoleEvent = Extract<AuditEventType, `role.${string}`>

const changeOf = (
  ports: TenantRolePorts,
  principal: Principal,
  acting: Acting,
  { type, role, former }: { readonly type: RoleEvent; readonly role: Role; readonly former?: Role | undefined },
): RoleChange => {
  const target = { kind: 'role', id: role.key, name: role.name }
  const details = { level: role.level, permissions: role.permissions, ...(former && { former }) }
  const event = eventBy(ports, principal, { type, target, details }, acting.tenant.id)
  return { scope: 'tenant', versions: acting.versions, event }
}

/**
 * Defines a role of the principal's tenant. `access.denied`, `access.too_strong`, `access.exceeds_own`, `role.exists`,
 * `request.invalid`.
 */
export const defineRole =
  (ports: TenantRolePorts) =>
  async (principal: Principal, input: z.input<typeof roleRequest>): Promise<void> => {
    const role = parseInput(roleRequest, input)
    await rerunWhenStale(async () => {
      const acting = await readActing(ports, principal)
      unlessRefused(decideDefineRole(acting, role))
      await ports.roleStore.define(role, changeOf(ports, principal, acting, { type: 'role.defined', role }))
    })
  }

/**
 * Replaces what a role of the principal's tenant is called, how strong it is and what it allows; all who hold it feel it
 * at once. Refusals as for defining it; `resource.not_found`.
 */
export const editRole =
  (ports: TenantRolePorts) =>
  async (principal: Principal, input: z.input<typeof roleRequest>): Promise<void> => {
    const role = parseInput(roleRequest, input)
    await rerunWhenStale(async () => {
      const acting = await readActing(ports, principal)
      const { former } = unlessRefused(decideEditRole(acting, role))
      await ports.roleStore.edit(role, changeOf(ports, principal, acting, { type: 'role.edited', role, former }))
    })
  }

/** Deletes a role that no member holds. `access.denied`, `access.too_strong`, `role.in_use`, `resource.not_found`. */
export const deleteRole =
  (ports: TenantRolePorts) =>
  async (principal: Principal, input: z.input<typeof deleteRoleRequest>): Promise<void> => {
    const { key } = parseInput(deleteRoleRequest, input)
    await rerunWhenStale(async () => {
      const acting = await readActing(ports, principal)
      const { former: role } = unlessRefused(decideTouchRole(acting, key))
      if (role) await ports.roleStore.delete(key, changeOf(ports, principal, acting, { type: 'role.deleted', role }))
    })
  }
