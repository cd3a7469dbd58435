import type { AccessStore, EnvironmentAccess } from '#lib/access/access-store.ts'
import type { Person } from '#lib/access/find-principal.ts'
import type { OperatorStore } from '#lib/access/operator-store.ts'
import type { RequestTrace } from '#lib/access/principal.ts'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { EnvironmentChange } from '#lib/tenants/role-store.ts'
import { type EventPorts, eventBy, type Happening } from '#lib/tenants/tenant-event.ts'

/** Who asks, and by which request; operators act in no tenant. */
export type OperatorRequest = { readonly person: Pick<Person, 'userId' | 'name'>; readonly trace: RequestTrace }

/** What an operator's use-case needs of the world. */
export type OperatorPorts = EventPorts & { readonly accessStore: AccessStore; readonly operatorStore: OperatorStore }

/** The environment as it is, and how to sign a change of it. */
export type OperatorDesk = {
  readonly environment: EnvironmentAccess
  change(happening: Happening): EnvironmentChange
}

/**
 * Runs what an operator asked for on the environment as it is now, again if it changed meanwhile. `resource.not_found`
 * for everybody who is no operator: they need not know what could be changed.
 */
export const asOperator = (
  ports: OperatorPorts,
  { person, trace }: OperatorRequest,
  work: (desk: OperatorDesk) => Promise<void>,
): Promise<void> =>
  rerunWhenStale(async () => {
    if (!(await ports.operatorStore.isOperator(person.userId))) throw new PortalError('resource.not_found')
    const environment = await ports.accessStore.environment()
    const change = (happening: Happening): EnvironmentChange => ({
      operatorId: person.userId,
      environmentVersion: environment.rightsVersion,
      event: eventBy(ports, { ...person, request: trace }, happening),
    })
    await work({ environment, change })
  })
