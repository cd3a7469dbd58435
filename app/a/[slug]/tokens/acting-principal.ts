import 'server-only'
import { currentPerson } from '#app/current-person.ts'
import { requirePrincipal } from '#app/current-principal.ts'
import type { Principal } from '#lib/access/principal.ts'
import { PortalError } from '#lib/errors/portal-error.ts'

/**
 * The principal of a form: like `requirePrincipal`, but without a session it refuses (`session.required`) instead of
 * leading away, so that the form keeps what was typed.
 */
export const actingPrincipal = async (slug: string): Promise<Principal> => {
  if (!(await currentPerson())) throw new PortalError('session.required')
  return requirePrincipal(slug)
}
