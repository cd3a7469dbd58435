import type { Metadata } from 'next'
import Link from 'next/link'
import { currentTheme } from '#app/current-theme.ts'
import { reportAction } from '#app/leaked/actions.ts'
import { portal } from '#app/portal.ts'
import { LeakForm } from '#components/leaks/leak-form.tsx'
import { promiseOf } from '#components/leaks/leak-words.ts'
import { AuthCard } from '#components/shell/auth-card.tsx'

export const metadata: Metadata = { title: 'Found a token' }

const LeakedPage = async () => {
  const { leaks, settings } = portal()
  return (
    <AuthCard
      wide
      title="Found a token?"
      theme={await currentTheme()}
      description={
        <p>
          Tokens of {settings.productName} begin with <code>lks_</code>, <code>lkr_</code> or <code>eyJ</code>;
          addresses of calendars hold <code>lkc_</code>. If one lies where it should not, in a repository, a chat or a
          log, paste it here. You need not say who you are. {promiseOf(await leaks.reaction())}
        </p>
      }
      footer={
        <Link href="/sign-in" className="link">
          Is it yours? Sign in
        </Link>
      }
    >
      <LeakForm action={reportAction} />
    </AuthCard>
  )
}

export default LeakedPage
