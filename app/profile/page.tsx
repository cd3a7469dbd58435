import type { Metadata } from 'next'
import { requirePerson } from '#app/current-person.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import {
  changePasswordAction,
  chooseMailsAction,
  endCalendar,
  makeCalendarAction,
  renameAction,
  setPasswordAction,
  signOutEverywhere,
  signOutOne,
} from '#app/profile/actions.ts'
import { type SearchParams, searchParam } from '#app/search-params.ts'
import { signOut } from '#app/sign-out.ts'
import { CalendarSection } from '#components/profile/calendar-section.tsx'
import { MailsForm } from '#components/profile/mails-form.tsx'
import { NameForm } from '#components/profile/name-form.tsx'
import { PasswordForm } from '#components/profile/password-form.tsx'
import { SessionsTable } from '#components/profile/sessions-table.tsx'
import { AppShell } from '#components/shell/app-shell.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Section } from '#components/ui/card.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'

export const metadata: Metadata = { title: 'Profile' }

const DONE: ReadonlyMap<string | undefined, string> = new Map([
  ['password', 'Your password is changed. Every other session has ended.'],
  ['session', 'That session has ended.'],
  ['calendar', 'Your calendar has ended. Its address opens nothing any more.'],
])

const ProfilePage = async ({ searchParams }: { readonly searchParams: SearchParams }) => {
  const person = await requirePerson('/profile')
  const { signIn, users, notices, clock } = portal()
  const [sessions, hasPassword, accounts, theme, done, mailed, calendarMadeAt] = await Promise.all([
    signIn.listSessions(person),
    users.hasPassword(person),
    users.accountsOf(person),
    currentTheme(),
    searchParam(searchParams, 'done'),
    notices.preferences(person),
    notices.calendarMadeAt(person),
  ])
  const said = DONE.get(done)
  return (
    <AppShell user={person} accounts={accounts} theme={theme} signOut={signOut}>
      <PageHeader title="Profile" description={person.email} crumbs={[{ href: '/', label: 'Tokens' }]} />
      {said && (
        <Alert tone="success" live>
          {said}
        </Alert>
      )}
      <Section title="You">
        <NameForm action={renameAction} name={person.name} />
      </Section>
      <Section id="mails" title="What is mailed to you" description="About tokens, in all of your accounts.">
        <MailsForm action={chooseMailsAction} mailed={mailed} />
      </Section>
      <Section
        id="calendar"
        title="Calendar"
        description="An address for your calendar program, which then shows when your tokens end. It can do nothing else."
      >
        <CalendarSection make={makeCalendarAction} end={endCalendar} madeAt={calendarMadeAt} now={clock.now()} />
      </Section>
      <Section
        title="Password"
        description={
          hasPassword
            ? 'Changing it ends every other session.'
            : 'You sign in by mail or single sign-on. A password is one more way in.'
        }
      >
        <PasswordForm
          action={hasPassword ? changePasswordAction : setPasswordAction}
          email={person.email}
          hasPassword={hasPassword}
        />
      </Section>
      <Section
        title="Sessions"
        description="Where you are signed in. Tokens are not sessions: signing out leaves them as they are."
        flush
        actions={
          <form action={signOutEverywhere}>
            <SubmitButton variant="danger-quiet">Sign out everywhere</SubmitButton>
          </form>
        }
      >
        <SessionsTable sessions={sessions} now={clock.now()} signOutOne={signOutOne} />
      </Section>
    </AppShell>
  )
}

export default ProfilePage
