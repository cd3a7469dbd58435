import type { Metadata } from 'next'
import { resetPasswordAction } from '#app/(sign-in)/forgotten/actions.ts'
import { mailCookie } from '#app/browser.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import { type SearchParams, searchParam } from '#app/search-params.ts'
import { AuthCard } from '#components/shell/auth-card.tsx'
import { CodeElsewhere } from '#components/sign-in/code-elsewhere.tsx'
import { NewPasswordForm } from '#components/sign-in/new-password-form.tsx'
import { ButtonLink } from '#components/ui/button.tsx'

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
  if (opened.place === 'elsewhere') {
    return (
      <AuthCard
        title="Your code"
        theme={theme}
        description="The new password was asked for in another browser. Type this code there; nothing happens here."
      >
        <CodeElsewhere code={opened.code} />
      </AuthCard>
    )
  }
  return (
    <AuthCard
      title="This link no longer works"
      theme={theme}
      description="A link works once, within 10 minutes. It may have been used, or be too old."
    >
      <ButtonLink href="/forgotten" variant="primary">
        Ask for a new one
      </ButtonLink>
    </AuthCard>
  )
}

export default ForgottenLinkPage
