import { z } from 'zod'
import type { Person } from '#lib/access/find-principal.ts'
import type { RequestTrace } from '#lib/access/principal.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import { slugOf } from '#lib/tenants/slug.ts'
import { type EventPorts, eventBy } from '#lib/tenants/tenant-event.ts'
import type { TenantStore } from '#lib/tenants/tenant-store.ts'
import { nameSchema } from '#lib/users/email.ts'

/** What making a tenant needs of the world. */
export type CreateTenantPorts = EventPorts & { readonly tenantStore: TenantStore }

type Request = { readonly person: Person; readonly name: string; readonly trace: RequestTrace }

/** A new tenant, as URLs and people name it. */
export type CreatedTenant = { readonly id: string; readonly slug: string; readonly name: string }

const OWNER = 'owner'
// More namesakes than this are a mistake of whoever makes them.
const NAMESAKES_MAX = 20

const schema = z.object({ name: nameSchema('Enter the name of the account.') })

const eventsOf = (ports: EventPorts, { person, trace }: Request, tenant: CreatedTenant) => {
  const by = { userId: person.userId, name: person.name, request: trace }
  const created = { type: 'tenant.created' as const, target: { kind: 'tenant', ...tenant }, details: {} }
  const target = { kind: 'user', id: person.userId, name: person.name }
  const joined = { type: 'member.added' as const, target, details: { email: person.email, roles: [OWNER] } }
  return [created, joined].map((happening) => eventBy(ports, by, happening, tenant.id))
}

/**
 * Makes another tenant, whose first owner is the operator who makes it. The slug follows from the name, with a number
 * if another tenant has it. `resource.not_found` for anyone but an operator, `request.invalid` beside `name`.
 */
export const createTenant =
  (ports: CreateTenantPorts) =>
  async (request: Request): Promise<CreatedTenant> => {
    const { name } = parseInput(schema, { name: request.name })
    const id = ports.randomness.uuid()
    for (let namesakes = 0; namesakes < NAMESAKES_MAX; namesakes += 1) {
      const tenant = { id, slug: namesakes === 0 ? slugOf(name) : `${slugOf(name)}-${namesakes + 1}`, name }
      const events = eventsOf(ports, request, tenant)
      const operatorId = request.person.userId
      const outcome = await ports.tenantStore.create({
        tenant,
        operatorId,
        roleKey: OWNER,
        at: ports.clock.now(),
        events,
      })
      if (outcome === 'created') return tenant
      if (outcome === 'not_operator') throw new PortalError('resource.not_found')
    }
    throw new PortalError('request.invalid', { fields: { name: ['Too many accounts have this name.'] } })
  }
