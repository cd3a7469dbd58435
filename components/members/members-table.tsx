import Link from 'next/link'
import { memberPaths } from '#components/members/member-paths.ts'
import type { MemberView } from '#components/members/member-view.ts'
import { Avatar } from '#components/ui/avatar.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { ButtonLink } from '#components/ui/button.tsx'
import { Table, TableCell, TableRow } from '#components/ui/table.tsx'
import { Time } from '#components/ui/time.tsx'

/** MembersTable  slug, accountName, members, now (NumericDate). Who may be changed, and you, lead to their own page. */

export type MembersTableProps = {
  readonly slug: string
  readonly accountName: string
  readonly members: readonly MemberView[]
  readonly now: number
}

const COLUMNS = [
  { label: 'Member', className: 'w-1/2' },
  { label: 'Role' },
  { label: 'Joined' },
  { label: 'Actions', hidden: true },
]

// An address that has to break does so before its "@", if that is enough.
const Email = ({ address }: { readonly address: string }) => {
  const at = address.lastIndexOf('@')
  return (
    <>
      {address.slice(0, at)}
      <wbr />
      {address.slice(at)}
    </>
  )
}

const Name = ({ member, href }: { readonly member: MemberView; readonly href: string | undefined }) => (
  <span className="flex min-w-0 items-center gap-3">
    <Avatar name={member.name} size="md" />
    <span className="grid min-w-0">
      <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
        {href ? (
          <Link href={href} className="wrap-anywhere rounded-sm no-underline hover:underline">
            {member.name}
          </Link>
        ) : (
          <span className="wrap-anywhere">{member.name}</span>
        )}
        {member.isYou && <Badge tone="info">You</Badge>}
        {member.isDisabled && <Badge tone="warning">Cannot sign in</Badge>}
      </span>
      <span className="font-normal wrap-anywhere text-muted">
        <Email address={member.email} />
      </span>
    </span>
  </span>
)

const Roles = ({ roles }: Pick<MemberView, 'roles'>) =>
  roles.length === 0 ? (
    <span>None</span>
  ) : (
    <span className="flex flex-wrap gap-1.5">
      {roles.map(({ key, name }) => (
        <Badge key={key}>{name}</Badge>
      ))}
    </span>
  )

export const MembersTable = ({ slug, accountName, members, now }: MembersTableProps) => (
  <Table caption={`Members of ${accountName}`} columns={COLUMNS}>
    {members.map((member) => {
      const href = member.mayChange || member.isYou ? memberPaths(slug).member(member.userId) : undefined
      return (
        <TableRow key={member.userId}>
          <TableCell label="Member" lead className={href && 'pr-24'}>
            <Name member={member} href={href} />
          </TableCell>
          <TableCell label="Role">
            <Roles roles={member.roles} />
          </TableCell>
          <TableCell label="Joined">
            <Time at={member.joinedAt} now={now} format="date" />
          </TableCell>
          <TableCell label="Actions" stacked="end" align="right">
            {href && (
              <ButtonLink href={href} size="sm" aria-label={`Manage ${member.name}`}>
                Manage
              </ButtonLink>
            )}
          </TableCell>
        </TableRow>
      )
    })}
  </Table>
)
