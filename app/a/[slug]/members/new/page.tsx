import type { Metadata } from 'next'
import { forbidden } from 'next/navigation'
import { addMemberAction } from '#app/a/[slug]/members/actions.ts'
import { toChoices } from '#app/a/[slug]/members/view.ts'
import { requirePrincipal } from '#app/current-principal.ts'
import { pageAnswer } from '#app/page-answer.ts'
import { portal } from '#app/portal.ts'
import { AddMember } from '#components/members/add-member.tsx'
import { memberPaths } from '#components/members/member-paths.ts'
import { PageHeader } from '#components/shell/page-header.tsx'
import { Card, CardBody } from '#components/ui/card.tsx'

export const metadata: Metadata = { title: 'Add a member' }

type PageProps = { readonly params: Promise<{ readonly slug: string }> }

const NewMemberPage = async ({ params }: PageProps) => {
  const { slug } = await params
  const { list, fresh } = memberPaths(slug)
  const principal = await requirePrincipal(slug, fresh)
  const { members, settings } = portal()
  const { grantableRoles } = await pageAnswer(members.listMembers(principal, { limit: 1 }))
  if (grantableRoles.length === 0) return forbidden()
  return (
    <div className="mx-auto grid w-full max-w-2xl grid-cols-1 gap-6">
      <PageHeader title={`Add a member to ${principal.tenant.name}`} crumbs={[{ href: list, label: 'Members' }]} />
      <Card>
        <CardBody>
          <AddMember
            action={addMemberAction}
            slug={slug}
            roles={toChoices(grantableRoles)}
            signInUrl={`${settings.url}/sign-in`}
          />
        </CardBody>
      </Card>
    </div>
  )
}

export default NewMemberPage
