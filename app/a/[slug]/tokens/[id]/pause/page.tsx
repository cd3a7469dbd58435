import type { Metadata } from 'next'
import { pauseTokenAction } from '#app/a/[slug]/tokens/[id]/actions.ts'
import { changeableToken } from '#app/a/[slug]/tokens/[id]/changeable-token.ts'
import type { TokenParams } from '#app/a/[slug]/tokens/open-token.ts'
import { PageHeader } from '#components/shell/page-header.tsx'
import { PauseForm } from '#components/tokens/pause-form.tsx'
import { pauseWords } from '#components/tokens/pause-words.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'

export const metadata: Metadata = { title: 'Pause or resume token' }

const PauseTokenPage = async ({ params }: { readonly params: TokenParams }) => {
  const { principal, described } = await changeableToken(await params, 'pause')
  const { token } = described
  const { slug } = principal.tenant
  const isPaused = token.paused !== null
  return (
    <div className="mx-auto grid w-full max-w-xl grid-cols-1 gap-6">
      <PageHeader
        title={pauseWords(token.name, isPaused).question}
        crumbs={[
          { href: tokenPaths(slug).list(token.context), label: 'Tokens' },
          { href: tokenPaths(slug).token(token.id), label: token.name },
        ]}
      />
      <PauseForm slug={slug} tokenId={token.id} name={token.name} isPaused={isPaused} action={pauseTokenAction} />
    </div>
  )
}

export default PauseTokenPage
