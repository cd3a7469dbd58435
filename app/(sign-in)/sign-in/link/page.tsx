import type { Metadata } from 'next'
import { followLinkAction } from '#app/(sign-in)/sign-in/actions.ts'
import { mailCookie } from '#app/browser.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import { type SearchParams, searchParam } from '#app/search-params.ts'
import { AuthCard } from '#components/shell/auth-card.tsx'
import { LinkCard } from '#components/sign-in/mail-cards.tsx'
import { MailLinkForm } from '#components/sign-in/mail-link-form.tsx'

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
  const code = opened.place === 'elsewhere' ? opened.code : undefined
  return <LinkCard theme={theme} again="/sign-in" what="sign-in" code={code} />
}

export default LinkPage
