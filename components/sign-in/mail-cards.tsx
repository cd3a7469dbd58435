import Link from 'next/link'
import type { ReactNode } from 'react'
import { AuthCard } from '#components/shell/auth-card.tsx'
import type { Theme } from '#components/shell/theme.ts'
import { CodeElsewhere } from '#components/sign-in/code-elsewhere.tsx'
import { ButtonLink } from '#components/ui/button.tsx'

/**
 * MailedCard       after a mail was asked for: theme, email, again (the path that asks for another), children: the form
 *                  that takes the code.
 * LinkCard         what a mailed link shows where it does nothing: theme, code (to type where the mail was asked for, if
 *                  that was elsewhere), what (was asked for: "sign-in"), again.
 */

type CardProps = { readonly theme: Theme; readonly again: string }

type MailedCardProps = CardProps & { readonly email: string; readonly children: ReactNode }

export const MailedCard = ({ theme, again, email, children }: MailedCardProps) => (
  <AuthCard
    title="Check your mail"
    theme={theme}
    description={
      <>
        If <strong className="font-medium break-all text-fg">{email}</strong> may sign in here, a mail is on its way.
        Open its link in this browser, or type its code here. Both work for 10 minutes.
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
    {children}
  </AuthCard>
)

type LinkCardProps = CardProps & { readonly what: string; readonly code: string | undefined }

export const LinkCard = ({ theme, again, what, code }: LinkCardProps) =>
  code === undefined ? (
    <AuthCard
      title="This link no longer works"
      theme={theme}
      description="A link works once, within 10 minutes. It may have been used, or be too old."
    >
      <ButtonLink href={again} variant="primary">
        Ask for a new one
      </ButtonLink>
    </AuthCard>
  ) : (
    <AuthCard
      title="Your code"
      theme={theme}
      description={`The ${what} was asked for in another browser. Type this code there; nothing happens here.`}
    >
      <CodeElsewhere code={code} />
    </AuthCard>
  )
