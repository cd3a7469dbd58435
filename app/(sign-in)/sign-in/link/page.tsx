import type { Metadata } from 'next'
import { followLinkAction } from '#app/(sign-in)/sign-in/actions.ts'
import { mailCookie } from '#app/browser.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import { type SearchParams, searchParam } from '#app/search-params.ts'
import { AuthCard } from '#components/shell/auth-card.tsx'
import { CodeElsewhere } from '#components/sign-in/code-elsewhere.tsx'
import { MailLinkForm } from '#components/sign-in/mail-link-form.tsx'
import { ButtonLink } from '#components/ui/button.tsx'

export const metadata: Metadata = { title: 'Sign in by mail' }

const LinkPage = async ({ searchParams }: { readonly searchParams: SearchParams }) => {
  const token = (await searchParam(searchParams, 'token')) ?? ''
  const opened = await portal().signIn.openMailLink({ purpose: 'sign-in', token, cookie: await mailCookie() })
  const theme = await currentTheme()
  if (opened.place === 'here') {
    return (
      <AuthCard title="Sign in" theme={theme} description="You asked for this in this browser. One more step.">
        <MailLinkForm action={followLinkAction} token={token} email={opened.email} />
      </AuthCard>
    )
  }
  if (opened.place === 'elsewhere') {
    return (
      <AuthCard
        title="Your code"
        theme={theme}
        description="The sign-in was asked for in another browser. Type this code there; nothing happens here."
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
      <ButtonLink href="/sign-in" variant="primary">
        Ask for a new one
      </ButtonLink>
    </AuthCard>
  )
}

export default LinkPage
