import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { confirmAction, confirmByMailAction } from '#app/(sign-in)/confirm/actions.ts'
import { requirePerson } from '#app/current-person.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import { type SearchParams, searchParam } from '#app/search-params.ts'
import { AuthCard } from '#components/shell/auth-card.tsx'
import { ConfirmByMail } from '#components/sign-in/confirm-by-mail.tsx'
import { ConfirmForm } from '#components/sign-in/confirm-form.tsx'
import { OrDivider, SingleSignOn } from '#components/sign-in/single-sign-on.tsx'
import { isSignInFresh } from '#lib/access/fresh-sign-in.ts'
import { localPath } from '#lib/sign-in/local-path.ts'

export const metadata: Metadata = { title: 'Confirm that it is you' }

const ConfirmPage = async ({ searchParams }: { readonly searchParams: SearchParams }) => {
  const next = localPath(await searchParam(searchParams, 'next')) ?? '/'
  const person = await requirePerson(next)
  const { users, clock, settings } = portal()
  if (isSignInFresh(person, clock.now())) return redirect(next)
  const hasPassword = await users.hasPassword(person)
  return (
    <AuthCard
      title="Confirm that it is you"
      theme={await currentTheme()}
      description={
        <>
          You are signed in as <strong className="font-medium text-fg">{person.email}</strong>. What comes next asks for
          a sign-in of the last 10 minutes.
        </>
      }
      footer={
        <Link href="/" className="link">
          Back to your tokens
        </Link>
      }
    >
      {hasPassword && (
        <>
          <ConfirmForm action={confirmAction} email={person.email} next={next} />
          <OrDivider />
        </>
      )}
      <div className="grid gap-2">
        <ConfirmByMail action={confirmByMailAction} next={next} />
        {settings.oidc && <SingleSignOn href={`/sign-in/oidc?${new URLSearchParams({ next, again: '1' })}`} />}
      </div>
    </AuthCard>
  )
}

export default ConfirmPage
