import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { resetPasswordAction } from '#app/(sign-in)/forgotten/actions.ts'
import { mailCookie } from '#app/browser.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import { MailedCard } from '#components/sign-in/mail-cards.tsx'
import { NewPasswordForm } from '#components/sign-in/new-password-form.tsx'

export const metadata: Metadata = { title: 'Check your mail' }

const ForgottenCodePage = async () => {
  const asking = portal().signIn.askingBrowser(await mailCookie())
  if (asking?.purpose !== 'password') return redirect('/forgotten')
  return (
    <MailedCard theme={await currentTheme()} again="/forgotten" email={asking.email}>
      <NewPasswordForm action={resetPasswordAction} email={asking.email} />
    </MailedCard>
  )
}

export default ForgottenCodePage
