import type { Metadata } from 'next'
import { resetPasswordAction } from '#app/(sign-in)/forgotten/actions.ts'
import { mailCookie } from '#app/browser.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import { type SearchParams, searchParam } from '#app/search-params.ts'
import { AuthCard } from '#components/shell/auth-card.tsx'
import { LinkCard } from '#components/sign-in/mail-cards.tsx'
import { NewPasswordForm } from '#components/sign-in/new-password-form.tsx'

export const metadata: Metadata = { title: 'New password' }

const ForgottenLinkPage = async ({ searchParams }: { readonly searchParams: SearchParams }) => {
  const token = (await searchParam(searchParams, 'token')) ?? ''
  const opened = await portal().signIn.openMailLink({ purpose: 'password', token, cookie: await mailCookie() })
  const theme = await currentTheme()
  if (opened.place === 'here') {
    return (
      <AuthCard title="Choose a new password" theme={theme} description={`For ${opened.email}. Every session ends.`}>
        <NewPasswordForm action={resetPasswordAction} email={opened.email} token={token} />
      </AuthCard>
    )
  }
  const code = opened.place === 'elsewhere' ? opened.code : undefined
  return <LinkCard theme={theme} again="/forgotten" what="new password" code={code} />
}

export default ForgottenLinkPage
