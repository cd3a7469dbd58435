import type { Metadata } from 'next'
import { changeRolesAction, removeMemberAction } from '#app/a/[slug]/members/actions.ts'
import { toChoices, toView } from '#app/a/[slug]/members/view.ts'
import { requirePrincipal } from '#app/current-principal.ts'
import { pageAnswer } from '#app/page-answer.ts'
import { portal } from '#app/portal.ts'
import { ChangeRoleForm } from '#components/members/change-role-form.tsx'
import { memberPaths } from '#components/members/member-paths.ts'
import { RemoveMemberDialog } from '#components/members/remove-member.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { Detail, DetailList, Section } from '#components/ui/card.tsx'
import { Time } from '#components/ui/time.tsx'
import type { ShownMember } from '#lib/tenants/show-member.ts'

export const metadata: Metadata = { title: 'Member' }

type PageProps = { readonly params: Promise<{ readonly slug: string; readonly userId: string }> }

// What somebody has already may stay chosen, though one could not give it anew.
const offeredRoles = ({ grantableRoles, roles }: ShownMember) => {
  const kept = roles.filter(({ key }) => !grantableRoles.some((role) => role.key === key))
  return toChoices([...kept, ...grantableRoles].toSorted((one, other) => one.level - other.level))
}

const whyNot = (isYou: boolean): string =>
  isYou ? 'Somebody who manages members can change your role.' : 'Your role does not allow changing this one.'

const MemberPage = async ({ params }: PageProps) => {
  const { slug, userId } = await params
  const { list, member: pathOf } = memberPaths(slug)
  const principal = await requirePrincipal(slug, pathOf(userId))
  const { members, clock } = portal()
  const shown = await pageAnswer(members.showMember(principal, userId))
  const member = toView(shown)
  const accountName = principal.tenant.name
  return (
    <div className="mx-auto grid w-full max-w-3xl grid-cols-1 gap-6">
      <PageHeader
        title={member.name}
        description={member.email}
        crumbs={[{ href: list, label: 'Members' }]}
        badge={member.isYou && <Badge tone="info">You</Badge>}
      />
      <Section title="Membership">
        <DetailList>
          <Detail term="Joined">
            <Time at={member.joinedAt} now={clock.now()} format="date" />
          </Detail>
          <Detail term="Personal tokens">{shown.liveTokens === 0 ? 'None' : shown.liveTokens}</Detail>
          {member.isDisabled && <Detail term="Sign-in">Switched off</Detail>}
          {!member.mayChange && (
            <Detail term="Role">{member.roles.map(({ name }) => name).join(', ') || 'None'}</Detail>
          )}
        </DetailList>
      </Section>
      {member.mayChange ? (
        <Section title="Role">
          <ChangeRoleForm action={changeRolesAction} slug={slug} member={member} roles={offeredRoles(shown)} />
        </Section>
      ) : (
        <p className="text-sm text-muted">{whyNot(member.isYou)}</p>
      )}
      {(member.mayChange || member.isYou) && (
        <Section
          title={member.isYou ? `Leave ${accountName}` : `Remove from ${accountName}`}
          description="Ends the membership and revokes personal tokens in this account. Tokens of the account go on working."
        >
          <RemoveMemberDialog
            action={removeMemberAction}
            slug={slug}
            accountName={accountName}
            member={member}
            tokens={shown.liveTokens}
          />
        </Section>
      )}
    </div>
  )
}

export default MemberPage
