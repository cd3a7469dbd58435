import 'server-only'
import { redirect } from 'next/navigation'
import { type OpenedToken, openedToken } from '#app/a/[slug]/tokens/open-token.ts'
import { requirePrincipal } from '#app/current-principal.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { isLive } from '#components/tokens/token-words.ts'

type Page = 'edit' | 'rotate' | 'pause' | 'revoke'

/**
 * The token of a page that changes it. One that has ended, or that the person may see but not touch, leads to the token's
 * own page, which says why; the action asks again.
 */
export const changeableToken = async (
  { slug, id }: { readonly slug: string; readonly id: string },
  page: Page,
): Promise<OpenedToken> => {
  const paths = tokenPaths(slug)
  await requirePrincipal(slug, paths.token(id, page))
  const opened = await openedToken(slug, id)
  const { state, touch } = opened.described
  return touch.allowed && isLive(state) ? opened : redirect(paths.token(id))
}
