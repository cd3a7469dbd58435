import type { Metadata } from 'next'
import { changeTeamEmailAction } from '#app/a/[slug]/notifications/actions.ts'
import { requirePrincipal } from '#app/current-principal.ts'
import { pageAnswer } from '#app/page-answer.ts'
import { portal } from '#app/portal.ts'
import { notificationsPath } from '#components/notices/notice-paths.ts'
import { TeamEmailForm } from '#components/notices/team-email-form.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { Card, CardBody } from '#components/ui/card.tsx'

export const metadata: Metadata = { title: 'Team address' }

type PageProps = { readonly params: Promise<{ readonly slug: string }> }

const NotificationsPage = async ({ params }: PageProps) => {
  const { slug } = await params
  const principal = await requirePrincipal(slug, notificationsPath(slug))
  const { name } = principal.tenant
  const teamEmail = await pageAnswer(portal().notices.teamEmail(principal))
  return (
    <>
      <PageHeader
        title="Team address"
        description={`One mailbox that is told about the tokens of ${name} itself, beside everybody who manages them: those choose what they are mailed in their profile.`}
      />
      <Card>
        <CardBody className="grid gap-4">
          <p className="max-w-prose text-muted">
            It gets warnings before an expiry, and alerts, so that they do not wait for one person to be back.
          </p>
          <TeamEmailForm action={changeTeamEmailAction} slug={slug} teamEmail={teamEmail} />
        </CardBody>
      </Card>
    </>
  )
}

export default NotificationsPage
