import type { Metadata } from 'next'
import { changeTeamEmailAction } from '#app/a/[slug]/notifications/actions.ts'
import { requirePrincipal } from '#app/current-principal.ts'
import { pageAnswer } from '#app/page-answer.ts'
import { portal } from '#app/portal.ts'
import { notificationsPath } from '#components/notices/notice-paths.ts'
import { TeamEmailForm } from '#components/notices/team-email-form.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { Section } from '#components/ui/card.tsx'

export const metadata: Metadata = { title: 'Notifications' }

type PageProps = { readonly params: Promise<{ readonly slug: string }> }

const NotificationsPage = async ({ params }: PageProps) => {
  const { slug } = await params
  const principal = await requirePrincipal(slug, notificationsPath(slug))
  const { name } = principal.tenant
  const teamEmail = await pageAnswer(portal().notices.teamEmail(principal))
  return (
    <>
      <PageHeader
        title="Notifications"
        description={`Who is told about the tokens of ${name} itself. Everybody who manages them is, and chooses what in their profile.`}
      />
      <Section
        title="Team address"
        description="It gets warnings before an expiry, and alerts, so that they do not wait for one person to be back."
      >
        <TeamEmailForm action={changeTeamEmailAction} slug={slug} teamEmail={teamEmail} />
      </Section>
    </>
  )
}

export default NotificationsPage
