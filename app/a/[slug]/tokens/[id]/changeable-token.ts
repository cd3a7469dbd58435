import 'server-only'
import { redirect } from 'next/navigation'
import { type OpenedToken, openedToken } from '#app/a/[slug]/tokens/open-token.ts'
import { requirePrincipal } from '#app/current-principal.ts'
import { offeredActions, type TokenAction } from '#components/tokens/offered-actions.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'

type Page = 'edit' | 'rotate' | 'pause' | 'revoke'

/**
 * The token of a page that changes it. Where the person may not do that, it leads to the token's own page, which says why;
 * the action asks again.
 */
export const changeableToken = async (
  { slug, id }: { readonly slug: string; readonly id: string },
  page: Page,
): Promise<OpenedToken> => {
  const paths = tokenPaths(slug)
  await requirePrincipal(slug, paths.token(id, page))
  const opened = await openedToken(slug, id)
  const { offered } = offeredActions(opened.described, opened.principal)
  const wanted: readonly TokenAction[] = page === 'pause' ? ['pause', 'resume'] : [page]
  return wanted.some((action) => offered.has(action)) ? opened : redirect(paths.token(id))
}
