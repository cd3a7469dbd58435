import { agentName } from '#components/profile/agent-name.ts'
import { Badge } from '#components/ui/badge.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { Table, TableCell, TableRow } from '#components/ui/table.tsx'
import { Time } from '#components/ui/time.tsx'
import type { OwnSession } from '#lib/sign-in/own-sessions.ts'

/** SessionsTable  sessions, now (NumericDate), signOutOne: a form action that takes `sessionId`. */

const METHODS: Readonly<Record<OwnSession['method'], string>> = {
  password: 'Password',
  mail: 'Mail',
  oidc: 'Single sign-on',
  setup: 'Setup link',
}

const COLUMNS = [
  { label: 'Browser' },
  { label: 'Signed in by' },
  { label: 'Signed in' },
  { label: 'Last seen' },
  { label: 'Address' },
  { label: 'Actions', hidden: true },
]

export type SessionsTableProps = {
  readonly sessions: readonly OwnSession[]
  readonly now: number
  readonly signOutOne: (form: FormData) => Promise<void>
}

const SessionRow = ({ session, now, signOutOne }: Omit<SessionsTableProps, 'sessions'> & { session: OwnSession }) => {
  const name = agentName(session.agent)
  return (
    <TableRow>
      <TableCell label="Browser" lead>
        <span className="flex flex-wrap items-center gap-2">
          {name}
          {session.isThisOne && <Badge tone="success">This one</Badge>}
        </span>
      </TableCell>
      <TableCell label="Signed in by">{METHODS[session.method]}</TableCell>
      <TableCell label="Signed in">
        <Time at={session.signedInAt} now={now} />
      </TableCell>
      <TableCell label="Last seen">
        <Time at={session.lastSeenAt} now={now} />
      </TableCell>
      <TableCell label="Address">{session.address ?? '—'}</TableCell>
      <TableCell label="Actions" stacked="end" align="right">
        {!session.isThisOne && (
          <form action={signOutOne}>
            <input type="hidden" name="sessionId" value={session.id} />
            <SubmitButton variant="secondary" size="sm" aria-label={`Sign out ${name}`}>
              Sign out
            </SubmitButton>
          </form>
        )}
      </TableCell>
    </TableRow>
  )
}

export const SessionsTable = ({ sessions, ...rest }: SessionsTableProps) => (
  <Table caption="Your sessions" columns={COLUMNS}>
    {sessions.map((session) => (
      <SessionRow key={session.id} session={session} {...rest} />
    ))}
  </Table>
)
