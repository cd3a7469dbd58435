import { type CreateTenantPorts, createTenant } from '#lib/tenants/create-tenant.ts'

/** The use-cases of tenants themselves, over their ports. */
export const tenantsUseCases = (ports: CreateTenantPorts) => ({ createTenant: createTenant(ports) })
