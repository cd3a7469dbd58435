import type { Metadata } from 'next'
import Link from 'next/link'
import { forgottenAction } from '#app/(sign-in)/forgotten/actions.ts'
import { currentTheme } from '#app/current-theme.ts'
import { type SearchParams, searchParam } from '#app/search-params.ts'
import { AuthCard } from '#components/shell/auth-card.tsx'
import { EmailForm } from '#components/sign-in/email-form.tsx'
import { localPath } from '#lib/sign-in/local-path.ts'

export const metadata: Metadata = { title: 'Forgotten password' }

const ForgottenPage = async ({ searchParams }: { readonly searchParams: SearchParams }) => (
  <AuthCard
    title="Forgotten password"
    theme={await currentTheme()}
    description="A mail will let you choose a new one. Every session of yours ends then; tokens go on working."
    footer={
      <Link href="/sign-in" className="link">
        Back to sign-in
      </Link>
    }
  >
    <EmailForm action={forgottenAction} next={localPath(await searchParam(searchParams, 'next'))} />
  </AuthCard>
)

export default ForgottenPage
