import type { Metadata } from 'next'
import { requirePerson } from '#app/current-person.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import {
  changePasswordAction,
  renameAction,
  setPasswordAction,
  signOutEverywhere,
  signOutOne,
} from '#app/profile/actions.ts'
import { type SearchParams, searchParam } from '#app/search-params.ts'
import { signOut } from '#app/sign-out.ts'
import { NameForm } from '#components/profile/name-form.tsx'
import { PasswordForm } from '#components/profile/password-form.tsx'
import { SessionsTable } from '#components/profile/sessions-table.tsx'
import { AppShell } from '#components/shell/app-shell.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Section } from '#components/ui/card.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'

export const metadata: Metadata = { title: 'Profile' }

const DONE: Readonly<Record<string, string>> = {
  password: 'Your password is changed. Every other session has ended.',
  session: 'That session has ended.',
}

const ProfilePage = async ({ searchParams }: { readonly searchParams: SearchParams }) => {
  const person = await requirePerson('/profile')
  const { signIn, users, clock } = portal()
  const [sessions, hasPassword, accounts, theme, done] = await Promise.all([
    signIn.listSessions(person),
    users.hasPassword(person),
    users.accountsOf(person),
    currentTheme(),
    searchParam(searchParams, 'done'),
  ])
  const said = done === undefined ? undefined : DONE[done]
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
