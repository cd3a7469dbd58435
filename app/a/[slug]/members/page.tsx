import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { addMemberAction } from '#app/a/[slug]/members/actions.ts'
import { toChoices, toView } from '#app/a/[slug]/members/view.ts'
import { requirePrincipal } from '#app/current-principal.ts'
import { pageAnswer } from '#app/page-answer.ts'
import { portal } from '#app/portal.ts'
import { type SearchParams, searchParam } from '#app/search-params.ts'
import { AddMemberDialog } from '#components/members/add-member.tsx'
import { memberPaths } from '#components/members/member-paths.ts'
import { MembersTable } from '#components/members/members-table.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { ButtonLink } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import type { Principal } from '#lib/access/principal.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import type { MemberPage } from '#lib/tenants/list-members.ts'

export const metadata: Metadata = { title: 'Members' }

type PageProps = { readonly params: Promise<{ readonly slug: string }>; readonly searchParams: SearchParams }

const PAGE_SIZE = 100

const load = async (principal: Principal, after: string | undefined, listPath: string): Promise<MemberPage> => {
  try {
    return await portal().members.listMembers(principal, { limit: PAGE_SIZE, ...(after !== undefined && { after }) })
  } catch (thrown) {
    // An address that somebody wrote: the list itself is still there.
    if (after === undefined || !isPortalError(thrown) || thrown.code !== 'request.invalid') throw thrown
    return redirect(listPath)
  }
}

const MembersPage = async ({ params, searchParams }: PageProps) => {
  const { slug } = await params
  const paths = memberPaths(slug)
  const principal = await requirePrincipal(slug, paths.list)
  const { clock, settings } = portal()
  const after = await searchParam(searchParams, 'after')
  const page = await pageAnswer(load(principal, after, paths.list))
  const isAlone = after === undefined && page.members.length === 1
  const mayAdd = page.grantableRoles.length > 0
  return (
    <>
      <PageHeader
        title="Members"
        description={`Who belongs to ${principal.tenant.name}, and what they may do here.`}
        actions={
          mayAdd && (
            <AddMemberDialog
              action={addMemberAction}
              slug={slug}
              accountName={principal.tenant.name}
              roles={toChoices(page.grantableRoles)}
              signInUrl={`${settings.url}/sign-in`}
            />
          )
        }
      />
      {(await searchParam(searchParams, 'done')) === 'removed' && (
        <Alert tone="success" live>
          They are no member any more, and their personal tokens in this account are revoked.
        </Alert>
      )}
      <Card className="overflow-hidden">
        <MembersTable
          slug={slug}
          accountName={principal.tenant.name}
          members={page.members.map(toView)}
          now={clock.now()}
        />
      </Card>
      {isAlone && mayAdd && (
        <p className="text-center text-sm text-muted">
          Nobody but you yet. Add the people who work with {principal.tenant.name}: each makes tokens of their own.
        </p>
      )}
      {(after !== undefined || page.next !== undefined) && (
        <nav aria-label="Pages of members" className="flex justify-end gap-2">
          {after !== undefined && (
            <ButtonLink href={paths.list} size="sm">
              From the beginning
            </ButtonLink>
          )}
          {page.next !== undefined && (
            <ButtonLink href={paths.after(page.next)} size="sm" rel="next">
              More members
            </ButtonLink>
          )}
        </nav>
      )}
    </>
  )
}

export default MembersPage
