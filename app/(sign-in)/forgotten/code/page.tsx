import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { resetPasswordAction } from '#app/(sign-in)/forgotten/actions.ts'
import { mailCookie } from '#app/browser.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import { AuthCard } from '#components/shell/auth-card.tsx'
import { NewPasswordForm } from '#components/sign-in/new-password-form.tsx'

export const metadata: Metadata = { title: 'Check your mail' }

const ForgottenCodePage = async () => {
  const asking = portal().signIn.askingBrowser(await mailCookie())
  if (asking?.purpose !== 'password') return redirect('/forgotten')
  return (
    <AuthCard
      title="Check your mail"
      theme={await currentTheme()}
      description={
        <>
          If <strong className="font-medium break-all text-fg">{asking.email}</strong> may sign in here, a mail is on
          its way. Open its link in this browser, or type its code here. Both work for 10 minutes.
        </>
      }
      footer={
        <>
          No mail?{' '}
          <Link href="/forgotten" className="link">
            Ask again
          </Link>
        </>
      }
    >
      <NewPasswordForm action={resetPasswordAction} email={asking.email} />
    </AuthCard>
  )
}

export default ForgottenCodePage
