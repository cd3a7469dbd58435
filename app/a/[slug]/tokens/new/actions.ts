'use server'

import { revalidatePath } from 'next/cache'
import { actingPrincipal } from '#app/a/[slug]/tokens/acting-principal.ts'
import { issueInput, toIssueRequest } from '#app/a/[slug]/tokens/new/issue-input.ts'
import { action } from '#app/action.ts'
import { portal } from '#app/portal.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import type { TokenOptions } from '#lib/tokens/token-options.ts'

const accountOnlyOf = ({ grantable }: TokenOptions): ReadonlySet<string> => {
  const personal = new Set(grantable.user.map(({ key }) => key))
  return new Set(grantable.tenant.map(({ key }) => key).filter((key) => !personal.has(key)))
}

/** Issues the token that the form describes. The answer carries its secret, once: the page shows it instead of the form. */
export const issueTokenAction = action(issueInput, async (input) => {
  const principal = await actingPrincipal(input.slug)
  const { tokens } = portal()
  const request = toIssueRequest(input, accountOnlyOf(await tokens.options(principal)))
  const { token, secret } = await tokens.issue(principal, request)
  revalidatePath(tokenPaths(principal.tenant.slug).list(token.context))
  return { tokenId: token.id, name: token.name, secret }
})
