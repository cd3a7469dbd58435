import 'server-only'
import { notFound } from 'next/navigation'
import { cache } from 'react'
import { requirePrincipal } from '#app/current-principal.ts'
import { portal } from '#app/portal.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import type { Principal } from '#lib/access/principal.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import type { TokenDescription } from '#lib/tokens/describe-token.ts'

/** A token, and who looks at it. */
export type OpenedToken = { readonly principal: Principal; readonly described: TokenDescription }

/** The token that an address names, for the person who may see it; unknown, foreign and hidden ones alike are not there. */
export const openedToken = cache(async (slug: string, tokenId: string): Promise<OpenedToken> => {
  const principal = await requirePrincipal(slug, tokenPaths(slug).token(tokenId))
  try {
    return { principal, described: await portal().tokens.describe(principal, tokenId) }
  } catch (thrown) {
    if (isPortalError(thrown) && thrown.code === 'resource.not_found') return notFound()
    throw thrown
  }
})

/** The parameters of a token's pages. */
export type TokenParams = Promise<{ readonly slug: string; readonly id: string }>
