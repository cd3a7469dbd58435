import type { Metadata } from 'next'
import { forbidden } from 'next/navigation'
import { TokenListPage } from '#app/a/[slug]/tokens/token-list-page.tsx'
import { requirePrincipal } from '#app/current-principal.ts'
import type { SearchParams } from '#app/search-params.ts'
import { parseListView } from '#components/tokens/list-view.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { MANAGE_TOKENS } from '#lib/tokens/token-view.ts'

export const metadata: Metadata = { title: 'Account tokens' }

type PageProps = { readonly params: Promise<{ readonly slug: string }>; readonly searchParams: SearchParams }

const AccountTokensPage = async ({ params, searchParams }: PageProps) => {
  const { slug } = await params
  const principal = await requirePrincipal(slug, tokenPaths(slug).account)
  if (!principal.permissions.has(MANAGE_TOKENS)) return forbidden()
  return <TokenListPage principal={principal} context="tenant" view={parseListView(await searchParams)} />
}

export default AccountTokensPage
