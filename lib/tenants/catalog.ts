import type { z } from 'zod'
import { parseInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { asOperator, type OperatorPorts, type OperatorRequest } from '#lib/tenants/as-operator.ts'
import type { CatalogStore } from '#lib/tenants/catalog-store.ts'
import { permissionRequest, withdrawPermissionRequest } from '#lib/tenants/role-requests.ts'

/** What changing the catalog needs of the world. */
export type CatalogPorts = OperatorPorts & { readonly catalogStore: CatalogStore }

/**
 * Adds a permission to the catalog, or brings a withdrawn one back: then it is effective again wherever it is still
 * granted. Operators only. `permission.exists`, `request.invalid`, `resource.not_found`.
 */
export const addPermission =
  (ports: CatalogPorts) =>
  async (request: OperatorRequest, input: z.input<typeof permissionRequest>): Promise<void> => {
    const permission = parseInput(permissionRequest, input)
    await asOperator(ports, request, async ({ change }) => {
      const { key, label, description, category } = permission
      const target = { kind: 'permission', id: key, name: label }
      await ports.catalogStore.add(
        permission,
        change({ type: 'permission.added', target, details: { description, category } }),
      )
    })
  }

/**
 * Withdraws a permission: from the next request on nobody and no token has it, though roles and grants still name it.
 * Operators only. `resource.not_found`.
 */
export const withdrawPermission =
  (ports: CatalogPorts) =>
  async (request: OperatorRequest, input: z.input<typeof withdrawPermissionRequest>): Promise<void> => {
    const { key } = parseInput(withdrawPermissionRequest, input)
    await asOperator(ports, request, async ({ environment, change }) => {
      const permission = environment.catalog.find((candidate) => candidate.key === key)
      if (!permission) throw new PortalError('resource.not_found')
      const target = { kind: 'permission', id: key, name: permission.label }
      await ports.catalogStore.withdraw(key, change({ type: 'permission.withdrawn', target, details: {} }))
    })
  }
