import { z } from 'zod'
import type { AccessStore } from '#lib/access/access-store.ts'
import { type Acting, holds, readActing } from '#lib/access/acting.ts'
import type { Principal } from '#lib/access/principal.ts'
import { rerunWhenStale } from '#lib/access/rerun.ts'
import type { RightsVersions } from '#lib/access/rights.ts'
import type { AuditEvent } from '#lib/audit/audit-event.ts'
import { parseInput } from '#lib/errors/parse-input.ts'
import { PortalError } from '#lib/errors/portal-error.ts'
import type { Randomness } from '#lib/keys/randomness.ts'
import type { Clock } from '#lib/time/clock.ts'
import { MANAGE_TOKENS } from '#lib/tokens/token-view.ts'
import { emailSchema } from '#lib/users/email.ts'

/** Where an account's team address is kept. */
export type TeamEmailStore = {
  /** Undefined: none. */
  teamEmail(tenantId: string): Promise<string | undefined>
  /** With its record; StaleDecision if rights changed since they were read. */
  changeTeamEmail(change: {
    readonly teamEmail: string | undefined
    readonly versions: RightsVersions
    readonly event: AuditEvent
  }): Promise<void>
}

/** What changing the team address needs of the world. */
export type TeamEmailPorts = {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly accessStore: AccessStore
  readonly teamEmailStore: TeamEmailStore
}

// An empty field takes the address away.
const teamEmailRequest = z.object({
  teamEmail: z.union(
    [
      z
        .string()
        .regex(/^\s*$/)
        .transform(() => undefined),
      emailSchema,
    ],
    {
      error: 'Enter an e-mail address, like name@example.com.',
    },
  ),
})

const requireManager = async (ports: TeamEmailPorts, principal: Principal): Promise<Acting> => {
  const acting = await readActing(ports, principal)
  if (!holds(acting, MANAGE_TOKENS)) throw new PortalError('access.denied')
  return acting
}

/** The address to which mails about the account's tokens go besides. `access.denied` for who does not manage tokens. */
export const showTeamEmail =
  (ports: TeamEmailPorts) =>
  async (principal: Principal): Promise<string | undefined> => {
    const { tenant } = await requireManager(ports, principal)
    return ports.teamEmailStore.teamEmail(tenant.id)
  }

/** Sets or takes away an account's team address. `access.denied`; `request.invalid` beside `teamEmail`. */
export const changeTeamEmail =
  (ports: TeamEmailPorts) =>
  async (
    principal: Principal,
    input: z.input<typeof teamEmailRequest>,
  ): Promise<{ readonly teamEmail: string | undefined }> => {
    const { teamEmail } = parseInput(teamEmailRequest, input)
    return rerunWhenStale(async () => {
      const { tenant, versions } = await requireManager(ports, principal)
      const former = await ports.teamEmailStore.teamEmail(tenant.id)
      if (former === teamEmail) return { teamEmail }
      const event: AuditEvent = {
        tenantId: tenant.id,
        id: ports.randomness.orderedUuid(),
        at: ports.clock.now(),
        type: 'tenant.team_email_changed',
        actor: { kind: 'user', id: principal.userId, name: principal.name },
        target: { kind: 'tenant', id: tenant.id, name: tenant.name },
        requestId: principal.request.requestId,
        address: principal.request.address,
        details: { teamEmail: teamEmail ?? null, former: former ?? null },
      }
      await ports.teamEmailStore.changeTeamEmail({ teamEmail, versions, event })
      return { teamEmail }
    })
  }
