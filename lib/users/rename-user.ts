import { z } from 'zod'
import type { Person } from '#lib/access/find-principal.ts'
import type { RequestTrace } from '#lib/access/principal.ts'
import { ENVIRONMENT_SCOPE } from '#lib/audit/audit-event.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { Clock } from '#lib/time/clock.ts'
import { nameSchema } from '#lib/users/email.ts'
import type { UserStore } from '#lib/users/user-store.ts'

type Ports = { readonly userStore: UserStore; readonly clock: Clock; readonly randomness: Randomness }

type Request = { readonly person: Person; readonly name: string; readonly trace: RequestTrace }

const schema = z.object({ name: nameSchema('Enter your name.') })

/** Gives a person the name they ask for; `request.invalid` beside `name`. */
export const renameUser =
  ({ userStore, clock, randomness }: Ports) =>
  async ({ person, trace, ...typed }: Request): Promise<{ readonly name: string }> => {
    const { name } = parseInput(schema, typed)
    if (name === person.name) return { name }
    const actor = { kind: 'user', id: person.userId, name: person.name } as const
    const renamed = await userStore.rename({
      userId: person.userId,
      name,
      at: clock.now(),
      event: {
        tenantId: ENVIRONMENT_SCOPE,
        id: randomness.orderedUuid(),
        at: clock.now(),
        type: 'user.renamed',
        actor,
        target: { kind: 'user', id: person.userId, name },
        requestId: trace.requestId,
        address: trace.address,
        details: { former: person.name },
      },
    })
    if (!renamed) throw new PortalError('session.required')
    return { name }
  }
