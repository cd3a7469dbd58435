import { BellOff } from 'lucide-react'
import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { markReadAction } from '#app/a/[slug]/notices/actions.ts'
import { toView } from '#app/a/[slug]/notices/view.ts'
import { requirePrincipal } from '#app/current-principal.ts'
import { portal } from '#app/portal.ts'
import { type SearchParams, searchParam } from '#app/search-params.ts'
import { MarkReadForm } from '#components/notices/mark-read-form.tsx'
import { NoticeList } from '#components/notices/notice-list.tsx'
import { noticesPageHref, noticesPath, trailOf } from '#components/notices/notice-paths.ts'
import { PageHeader } from '#components/shell/page-header.tsx'
import { ButtonLink } from '#components/ui/button.tsx'
import { Card } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Pagination } from '#components/ui/pagination.tsx'
import type { Principal } from '#lib/access/principal.ts'
import { isPortalError } from '#lib/errors/portal-error.ts'
import type { NoticePage } from '#lib/notices/list-notices.ts'

export const metadata: Metadata = { title: 'Notices' }

type PageProps = { readonly params: Promise<{ readonly slug: string }>; readonly searchParams: SearchParams }

const load = async (principal: Principal, cursor: string | undefined): Promise<NoticePage> => {
  try {
    return await portal().notices.list(principal, cursor === undefined ? {} : { cursor })
  } catch (thrown) {
    // An address somebody shortened: the list itself is still there.
    if (!isPortalError(thrown) || thrown.code !== 'request.malformed') throw thrown
    return redirect(noticesPath(principal.tenant.slug))
  }
}

const NoticesPage = async ({ params, searchParams }: PageProps) => {
  const { slug } = await params
  const principal = await requirePrincipal(slug, noticesPath(slug))
  const trail = trailOf(await searchParam(searchParams, 'page'))
  const { notices, nextCursor, readUntil } = await load(principal, trail.at(-1))
  const unread = await portal().notices.countUnread(principal)
  return (
    <>
      <PageHeader
        title="Notices"
        description={`What happened to your tokens in ${principal.tenant.name}, and to those you look after.`}
        actions={
          <>
            <ButtonLink href="/profile#mails" variant="ghost">
              What is mailed to you
            </ButtonLink>
            {unread > 0 && readUntil !== null && trail.length === 0 && (
              <MarkReadForm action={markReadAction} slug={slug} until={readUntil} />
            )}
          </>
        }
      />
      <Card>
        {notices.length > 0 ? (
          <NoticeList
            slug={slug}
            notices={notices.map((notice) => toView(notice, principal.userId))}
            now={portal().clock.now()}
          />
        ) : (
          <EmptyState
            icon={BellOff}
            title="No notices yet"
            description="When a token of yours is made, changed, about to expire or used from somewhere new, it stands here."
          />
        )}
      </Card>
      <Pagination
        newerHref={trail.length === 0 ? undefined : noticesPageHref(slug, trail.slice(0, -1))}
        olderHref={nextCursor === null ? undefined : noticesPageHref(slug, [...trail, nextCursor])}
        label="Pages of notices"
      />
    </>
  )
}

export default NoticesPage
