import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { signInAction } from '#app/(sign-in)/sign-in/actions.ts'
import { currentPerson } from '#app/current-person.ts'
import { currentTheme } from '#app/current-theme.ts'
import { portal } from '#app/portal.ts'
import { type SearchParams, searchParam } from '#app/search-params.ts'
import { AuthCard } from '#components/shell/auth-card.tsx'
import { SignInForm } from '#components/sign-in/sign-in-form.tsx'
import { localPath } from '#lib/sign-in/local-path.ts'

export const metadata: Metadata = { title: 'Sign in' }

const SignInPage = async ({ searchParams }: { readonly searchParams: SearchParams }) => {
  const next = localPath(await searchParam(searchParams, 'next'))
  if (await currentPerson()) return redirect(next ?? '/')
  if (!(await portal().signIn.isSetUp())) return redirect('/setup')
  return (
    <AuthCard title="Sign in" theme={await currentTheme()}>
      <SignInForm action={signInAction} next={next} />
    </AuthCard>
  )
}

export default SignInPage
