import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { currentTheme } from '#app/current-theme.ts'
import { AuthCard } from '#components/shell/auth-card.tsx'
import { ButtonLink } from '#components/ui/button.tsx'
import { type ErrorCode, errorEntry, isErrorCode } from '#lib/errors/errors.ts'

type Props = { readonly params: Promise<{ readonly code: string }> }

const codeOf = async ({ params }: Props): Promise<ErrorCode> => {
  const { code } = await params
  return isErrorCode(code) ? code : notFound()
}

export const generateMetadata = async (props: Props): Promise<Metadata> => ({
  title: errorEntry(await codeOf(props)).title,
})

const FACT = 'font-mono text-xs select-all'

/** What the `type` of a problem document leads to (RFC 9457 §3.1.1). */
const ErrorCodePage = async (props: Props) => {
  const code = await codeOf(props)
  const { title, message, status, oauth } = errorEntry(code)
  return (
    <AuthCard title={title} description={message} theme={await currentTheme()}>
      <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-4 gap-y-1.5 text-sm">
        <dt className="text-muted">Code</dt>
        <dd className={FACT}>{code}</dd>
        <dt className="text-muted">HTTP status</dt>
        <dd className={FACT}>{status}</dd>
        {oauth !== undefined && (
          <>
            <dt className="text-muted">OAuth error</dt>
            <dd className={FACT}>{oauth}</dd>
          </>
        )}
      </dl>
      <p className="text-sm text-muted">
        When you ask for help, quote the request id that stands in the answer: the log names it.
      </p>
      <ButtonLink href="/" variant="secondary" className="justify-self-start">
        Go to the portal
      </ButtonLink>
    </AuthCard>
  )
}

export default ErrorCodePage
