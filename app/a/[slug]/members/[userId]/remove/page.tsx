import type { Metadata } from 'next'
import { forbidden } from 'next/navigation'
import { removeMemberAction } from '#app/a/[slug]/members/actions.ts'
import { toView } from '#app/a/[slug]/members/view.ts'
import { requirePrincipal } from '#app/current-principal.ts'
import { pageAnswer } from '#app/page-answer.ts'
import { portal } from '#app/portal.ts'
import { memberPaths } from '#components/members/member-paths.ts'
import { removalWords } from '#components/members/removal-words.ts'
import { RemoveMember } from '#components/members/remove-member.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'

export const metadata: Metadata = { title: 'Remove a member' }

type PageProps = { readonly params: Promise<{ readonly slug: string; readonly userId: string }> }

const RemoveMemberPage = async ({ params }: PageProps) => {
  const { slug, userId } = await params
  const { list, member: pathOf, remove } = memberPaths(slug)
  const principal = await requirePrincipal(slug, remove(userId))
  const shown = await pageAnswer(portal().members.showMember(principal, userId))
  const member = toView(shown)
  if (!member.mayChange && !member.isYou) return forbidden()
  const asked = { slug, accountName: principal.tenant.name, member, tokens: shown.liveTokens }
  return (
    <div className="mx-auto grid w-full max-w-xl grid-cols-1 gap-6">
      <PageHeader
        title={removalWords(asked).title}
        crumbs={[
          { href: list, label: 'Members' },
          { href: pathOf(userId), label: member.name },
        ]}
      />
      <RemoveMember action={removeMemberAction} {...asked} />
    </div>
  )
}

export default RemoveMemberPage
