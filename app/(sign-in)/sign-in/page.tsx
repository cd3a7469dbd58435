import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { signInAction } from '#app/(sign-in)/sign-in/actions.ts'
import { currentPerson } from '#app/current-person.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import { type SearchParams, searchParam } from '#app/search-params.ts'
import { AuthCard } from '#components/shell/auth-card.tsx'
import { SignInForm } from '#components/sign-in/sign-in-form.tsx'
import { OrDivider, SingleSignOn } from '#components/sign-in/single-sign-on.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { errorEntry, isErrorCode } from '#lib/errors/errors.ts'
import { localPath } from '#lib/sign-in/local-path.ts'

export const metadata: Metadata = { title: 'Sign in' }

const SSO_FAILED = 'Single sign-on did not finish. Try again, or sign in another way.'

const problemOf = async (params: SearchParams): Promise<string | undefined> => {
  const code = await searchParam(params, 'problem')
  if (code !== undefined && isErrorCode(code)) return errorEntry(code).message
  return (await searchParam(params, 'error')) === undefined ? undefined : SSO_FAILED
}

const SignInPage = async ({ searchParams }: { readonly searchParams: SearchParams }) => {
  const next = localPath(await searchParam(searchParams, 'next'))
  if (await currentPerson()) return redirect(next ?? '/')
  const { signIn, settings } = portal()
  if (!(await signIn.isSetUp())) return redirect('/setup')
  const problem = await problemOf(searchParams)
  return (
    <AuthCard
      title="Sign in"
      theme={await currentTheme()}
      footer={
        <Link href="/leaked" className="link">
          Found a token? Report it
        </Link>
      }
    >
      {problem !== undefined && (
        <Alert tone="danger" live title="You are not signed in">
          {problem}
        </Alert>
      )}
      {(await searchParam(searchParams, 'done')) === 'everywhere' && (
        <Alert tone="success" live>
          Every session of yours has ended.
        </Alert>
      )}
      <SignInForm action={signInAction} next={next} />
      {settings.oidc && (
        <>
          <OrDivider />
          <SingleSignOn href={`/sign-in/oidc?${new URLSearchParams({ next: next ?? '/' })}`} />
        </>
      )}
    </AuthCard>
  )
}

export default SignInPage
