import 'server-only'
import { redirect } from 'next/navigation'
import { type OpenedToken, openedToken } from '#app/a/[slug]/tokens/open-token.ts'
import { requirePrincipal } from '#app/current-principal.ts'
import { offeredActions, type TokenAction } from '#components/tokens/offered-actions.ts'
import type { RotationStep } from '#components/tokens/rotation-words.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'

type Page = 'edit' | 'rotate' | 'pause' | 'revoke' | `rotation/${RotationStep}`

const ACTIONS: Readonly<Record<Page, readonly TokenAction[]>> = {
  edit: ['edit'],
  rotate: ['rotate'],
  pause: ['pause', 'resume'],
  revoke: ['revoke'],
  'rotation/finish': ['finish'],
  'rotation/extend': ['extend'],
  'rotation/cancel': ['cancel'],
}

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
  return ACTIONS[page].some((action) => offered.has(action)) ? opened : redirect(paths.token(id))
}
