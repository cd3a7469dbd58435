import 'server-only'
import { notFound } from 'next/navigation'
import { cache } from 'react'
import { currentPerson, requirePerson } from '#app/current-person.ts'
import { portal } from '#app/portal.ts'
import { requestOrigin } from '#app/request-origin.ts'
import type { Principal } from '#lib/access/principal.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'

/**
 * The signed-in person in the account that the URL names, with rights of this request; undefined without a session, for
 * an account that does not exist, and for one they do not belong to.
 */
export const currentPrincipal = cache(async (slug: string): Promise<Principal | undefined> => {
  const person = await currentPerson()
  if (!person) return undefined
  try {
    return await portal().access.findPrincipal({ person, tenant: { slug }, trace: await requestOrigin() })
  } catch (thrown) {
    if (isPortalError(thrown) && thrown.code === 'resource.not_found') return undefined
    throw thrown
  }
})

/**
 * The principal of a page or an action: without a session it leads to the sign-in page, and back to `next` (the path of
 * the page itself; the account's tokens unless given); in an account that is not theirs there is nothing (404).
 */
export const requirePrincipal = async (
  slug: string,
  next = `/a/${encodeURIComponent(slug)}/tokens`,
): Promise<Principal> => {
  await requirePerson(next)
  return (await currentPrincipal(slug)) ?? notFound()
}
