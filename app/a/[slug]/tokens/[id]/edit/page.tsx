import type { Metadata } from 'next'
import { editTokenAction } from '#app/a/[slug]/tokens/[id]/actions.ts'
import { changeableToken } from '#app/a/[slug]/tokens/[id]/changeable-token.ts'
import { editViewOf } from '#app/a/[slug]/tokens/[id]/edit/edit-view.ts'
import type { TokenParams } from '#app/a/[slug]/tokens/open-token.ts'
import { portal } from '#app/portal.ts'
import { PageHeader } from '#components/shell/page-header.tsx'
import { hasOwnKeys } from '#components/tokens/client-words.ts'
import { EditForm } from '#components/tokens/edit-form.tsx'
import { tokenPaths } from '#components/tokens/token-paths.ts'

export const metadata: Metadata = { title: 'Edit token' }

const EditTokenPage = async ({ params }: { readonly params: TokenParams }) => {
  const { principal, described } = await changeableToken(await params, 'edit')
  const { slug } = principal.tenant
  const { token, owner } = described
  const view = editViewOf({
    slug,
    token,
    options: await portal().tokens.options(principal),
    isOwner: token.ownerUserId === principal.userId,
    ownerName: owner?.member.name ?? 'its owner',
  })
  return (
    <div className="mx-auto grid w-full max-w-3xl grid-cols-1 gap-6">
      <PageHeader
        title={`Edit “${token.name}”`}
        description={`Changes take effect with the next request. Its ${hasOwnKeys(described) ? 'key' : 'secret'} stays the same.`}
        crumbs={[
          { href: tokenPaths(slug).list(token.context), label: 'Tokens' },
          { href: tokenPaths(slug).token(token.id), label: token.name },
        ]}
      />
      <EditForm view={view} action={editTokenAction} />
    </div>
  )
}

export default EditTokenPage
