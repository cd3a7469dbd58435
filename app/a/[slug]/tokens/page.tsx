import type { Metadata } from 'next'
import { TokenListPage } from '#app/a/[slug]/tokens/token-list-page.tsx'
import { requirePrincipal } from '#app/current-principal.ts'
import type { SearchParams } from '#app/search-params.ts'
import { parseListView } from '#components/tokens/list-view.ts'

export const metadata: Metadata = { title: 'Tokens' }

type PageProps = { readonly params: Promise<{ readonly slug: string }>; readonly searchParams: SearchParams }

const PersonalTokensPage = async ({ params, searchParams }: PageProps) => {
  const { slug } = await params
  const principal = await requirePrincipal(slug)
  return <TokenListPage principal={principal} context="user" view={parseListView(await searchParams)} />
}

export default PersonalTokensPage
