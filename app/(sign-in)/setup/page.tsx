import type { Metadata } from 'next'
import { setUpAction } from '#app/(sign-in)/setup/actions.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import { type SearchParams, searchParam } from '#app/search-params.ts'
import { AuthCard } from '#components/shell/auth-card.tsx'
import { SetupForm } from '#components/sign-in/setup-form.tsx'
import { ButtonLink } from '#components/ui/button.tsx'

export const metadata: Metadata = { title: 'Set up' }

const SetupPage = async ({ searchParams }: { readonly searchParams: SearchParams }) => {
  const key = (await searchParam(searchParams, 'key')) ?? ''
  const state = await portal().signIn.checkSetupKey(key)
  const theme = await currentTheme()
  if (state === 'closed') {
    return (
      <AuthCard title="Setup is done" theme={theme} description="This portal is set up. Its link worked once.">
        <ButtonLink href="/sign-in" variant="primary">
          Sign in
        </ButtonLink>
      </AuthCard>
    )
  }
  if (state === 'wrong') {
    return (
      <AuthCard
        title={key === '' ? 'Not set up yet' : 'This link is not valid'}
        theme={theme}
        description="Whoever started this portal finds the setup link in its terminal; it is printed again at each start, until it is used."
      />
    )
  }
  return (
    <AuthCard
      title="Set up Latchkey"
      theme={theme}
      description="You will run this portal and own its first account. This link works once."
    >
      <SetupForm action={setUpAction} setupKey={key} />
    </AuthCard>
  )
}

export default SetupPage
