import type { z } from 'zod'
import type { Role } from '#lib/access/role.ts'
import type { AuditEventType } from '#lib/audit/audit-event.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { asOperator, type OperatorDesk, type OperatorPorts, type OperatorRequest } from '#lib/tenants/as-operator.ts'
import { refusalOfUnknown } from '#lib/tenants/decide-role.ts'
import { unlessRefused } from '#lib/tenants/refusal.ts'
import { deleteRoleRequest, roleRequest } from '#lib/tenants/role-requests.ts'
import type { RoleChange, RoleStore } from '#lib/tenants/role-store.ts'

/** What changing the environment's roles needs of the world. */
export type EnvironmentRolePorts = OperatorPorts & { readonly roleStore: RoleStore }

type RoleEvent = Extract<AuditEventType, `role.${string}`>

const changeOf = (desk: OperatorDesk, type: RoleEvent, role: Role, former?: Role): RoleChange => {
  const target = { kind: 'role', id: role.key, name: role.name }
  const details = { level: role.level, permissions: role.permissions, ...(former && { former }) }
  return { scope: 'environment', ...desk.change({ type, target, details }) }
}

const requireKnown = ({ environment }: OperatorDesk, role: Role, former?: Role): void => {
  const added = role.permissions.filter((key) => !former?.permissions.includes(key))
  unlessRefused(refusalOfUnknown(environment, added) ?? { outcome: 'allowed' })
}

const openRole = ({ environment }: OperatorDesk, key: string): Role => {
  const role = environment.roles.find((candidate) => candidate.key === key)
  if (!role) throw new PortalError('resource.not_found')
  return role
}

/** Defines a role for every tenant; operators only. `role.exists`, `request.invalid`, `resource.not_found`. */
export const defineEnvironmentRole =
  (ports: EnvironmentRolePorts) =>
  async (request: OperatorRequest, input: z.input<typeof roleRequest>): Promise<void> => {
    const role = parseInput(roleRequest, input)
    await asOperator(ports, request, async (desk) => {
      requireKnown(desk, role)
      await ports.roleStore.define(role, changeOf(desk, 'role.defined', role))
    })
  }

/** Replaces what a role of every tenant is and allows; operators only. `request.invalid`, `resource.not_found`. */
export const editEnvironmentRole =
  (ports: EnvironmentRolePorts) =>
  async (request: OperatorRequest, input: z.input<typeof roleRequest>): Promise<void> => {
    const role = parseInput(roleRequest, input)
    await asOperator(ports, request, async (desk) => {
      const former = openRole(desk, role.key)
      requireKnown(desk, role, former)
      await ports.roleStore.edit(role, changeOf(desk, 'role.edited', role, former))
    })
  }

/** Deletes a role that no member of any tenant holds; operators only. `role.in_use`, `resource.not_found`. */
export const deleteEnvironmentRole =
  (ports: EnvironmentRolePorts) =>
  async (request: OperatorRequest, input: z.input<typeof deleteRoleRequest>): Promise<void> => {
    const { key } = parseInput(deleteRoleRequest, input)
    await asOperator(ports, request, async (desk) =>
      ports.roleStore.delete(key, changeOf(desk, 'role.deleted', openRole(desk, key))),
    )
  }
