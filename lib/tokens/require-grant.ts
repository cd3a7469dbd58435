import { PortalError } from '#lib/errors/portal-error.ts'
import type { GrantDecision } from '#lib/tokens/decide-grant.ts'

const listed = (keys: readonly string[]): string => keys.join(', ')

/** Throws what a refused grant answers: `access.exceeds_own` or `request.invalid`, with a sentence beside the field. */
export const requireGrant = (decision: GrantDecision): void => {
  if (decision.allowed) return
  const keys = listed(decision.keys)
  switch (decision.reason) {
    case 'exceeds_own':
      throw new PortalError('access.exceeds_own', { fields: { grant: [`You do not hold ${keys}.`] } })
    case 'too_strong':
      throw new PortalError('access.exceeds_own', { fields: { grant: [`${keys} is stronger than your role.`] } })
    case 'portal_permission':
      throw new PortalError('token.policy', {
        detail: 'Personal tokens may not manage the portal in this account.',
        fields: { grant: [`Leave out ${keys}.`] },
      })
    case 'unknown_role':
      throw new PortalError('request.invalid', { fields: { grant: [`There is no role ${keys}.`] } })
    case 'owner_of_tenant_token':
      throw new PortalError('request.invalid', {
        fields: { grant: ['A token of the account has no owner to follow: choose what it may do.'] },
      })
  }
}
