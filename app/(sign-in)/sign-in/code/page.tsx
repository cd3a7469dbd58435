import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { enterCodeAction } from '#app/(sign-in)/sign-in/actions.ts'
import { mailCookie } from '#app/browser.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import { MailedCard } from '#components/sign-in/mail-cards.tsx'
import { MailCodeForm } from '#components/sign-in/mail-code-form.tsx'

export const metadata: Metadata = { title: 'Check your mail' }

const CodePage = async () => {
  const asking = portal().signIn.askingBrowser(await mailCookie())
  if (asking?.purpose !== 'sign-in') return redirect('/sign-in')
  const again = asking.next === undefined ? '/sign-in' : `/sign-in?next=${encodeURIComponent(asking.next)}`
  return (
    <MailedCard theme={await currentTheme()} again={again} email={asking.email}>
      <MailCodeForm action={enterCodeAction} />
    </MailedCard>
  )
}

export default CodePage
