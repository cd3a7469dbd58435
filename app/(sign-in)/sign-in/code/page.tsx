import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { enterCodeAction } from '#app/(sign-in)/sign-in/actions.ts'
import { mailCookie } from '#app/browser.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import { AuthCard } from '#components/shell/auth-card.tsx'
import { MailCodeForm } from '#components/sign-in/mail-code-form.tsx'

export const metadata: Metadata = { title: 'Check your mail' }

const CodePage = async () => {
  const asking = portal().signIn.askingBrowser(await mailCookie())
  if (asking?.purpose !== 'sign-in') return redirect('/sign-in')
  const again = asking.next === undefined ? '/sign-in' : `/sign-in?next=${encodeURIComponent(asking.next)}`
  return (
    <AuthCard
      title="Check your mail"
      theme={await currentTheme()}
      description={
        <>
          If <strong className="font-medium break-all text-fg">{asking.email}</strong> may sign in here, a mail is on
          its way. Open its link in this browser, or type its code. Both work for 10 minutes.
        </>
      }
      footer={
        <>
          No mail?{' '}
          <Link href={again} className="link">
            Ask again
          </Link>
        </>
      }
    >
      <MailCodeForm action={enterCodeAction} />
    </AuthCard>
  )
}

export default CodePage
