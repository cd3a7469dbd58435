import type { Metadata } from 'next'
import { revokeTokenAction } from '#app/a/[slug]/tokens/[id]/actions.ts'
import { changeableToken } from '#app/a/[slug]/tokens/[id]/changeable-token.ts'
import type { TokenParams } from '#app/a/[slug]/tokens/open-token.ts'
import { portal } from '#app/portal.ts'
import { PageHeader } from '#components/shell/page-header.tsx'
import { RevokeForm } from '#components/tokens/revoke-form.tsx'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { Time } from '#components/ui/time.tsx'

export const metadata: Metadata = { title: 'Revoke token' }

const RevokeTokenPage = async ({ params }: { readonly params: TokenParams }) => {
  const { principal, described } = await changeableToken(await params, 'revoke')
  const { token, lastUse } = described
  const { slug } = principal.tenant
  return (
    <div className="mx-auto grid w-full max-w-xl grid-cols-1 gap-6">
      <PageHeader
        title={`Revoke “${token.name}”?`}
        crumbs={[
          { href: tokenPaths(slug).list(token.context), label: 'Tokens' },
          { href: tokenPaths(slug).token(token.id), label: token.name },
        ]}
      />
      <RevokeForm
        slug={slug}
        tokenId={token.id}
        name={token.name}
        lastUsed={
          lastUse ? (
            <>
              It was last used <Time at={lastUse.at} now={portal().clock.now()} />
              {lastUse.address === null ? '.' : ` from ${lastUse.address}.`}
            </>
          ) : (
            'It was never used.'
          )
        }
        action={revokeTokenAction}
      />
    </div>
  )
}

export default RevokeTokenPage
