import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { requirePerson } from '#app/current-person.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import { signOut } from '#app/sign-out.ts'
import { AppShell } from '#components/shell/app-shell.tsx'
import { Card } from '#components/ui/card.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'

export const metadata: Metadata = { title: 'No account yet' }

/** Leads to the tokens of the person's first account. */
const StartPage = async () => {
  const person = await requirePerson()
  const [first] = await portal().users.accountsOf(person)
  if (first) return redirect(`/a/${first.slug}/tokens`)
  return (
    <AppShell user={person} accounts={[]} theme={await currentTheme()} signOut={signOut}>
      <Card>
        <EmptyState
          level={2}
          title="You belong to no account yet"
          description={`Tokens belong to accounts. Ask an administrator of yours to add ${person.email} to it.`}
        />
      </Card>
    </AppShell>
  )
}

export default StartPage
