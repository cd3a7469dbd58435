'use client'

import { PageHeader } from '#components/shell/page-header.tsx'
import { IssueForm } from '#components/tokens/issue-form.tsx'
import { SecretView } from '#components/tokens/secret-view.tsx'
import type { IssuedAnswer, NewTokenView } from '#components/tokens/token-form-view.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { useSubmission } from '#components/tokens/use-submission.ts'
import { Alert } from '#components/ui/alert.tsx'
import { ButtonLink } from '#components/ui/button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'

/**
 * NewToken  the page for a new token: view, action. Shows the form or, instead of it, the secret: never both, since React
 *           writes a form's state into its hidden inputs. A repeated request is told where its token is.
 */

export type NewTokenProps = { readonly view: NewTokenView; readonly action: FormAction<IssuedAnswer> }

const ALREADY = 'token.already_issued'

const AlreadyIssued = ({ slug, tokenId }: { readonly slug: string; readonly tokenId: string }) => (
  <Alert
    tone="warning"
    live
    title="This form has made its token already"
    actions={
      <>
        <ButtonLink href={tokenPaths(slug).token(tokenId)} variant="primary" size="sm">
          Open the token
        </ButtonLink>
        <ButtonLink href={tokenPaths(slug).like(tokenId)} prefetch={false} size="sm">
          Make another like it
        </ButtonLink>
      </>
    }
  >
    One token was made, not two. Its secret was in the first answer and is not shown again: if you do not have it,
    revoke the token and make another.
  </Alert>
)

export const NewToken = ({ view, action }: NewTokenProps) => {
  const { state, formProps } = useSubmission(action)
  const paths = tokenPaths(view.slug)
  if (state.status === 'done')
    return <SecretView slug={view.slug} answer={state.answer} snippets={view.snippets} isNew />
  const repeated = state.status === 'refused' && state.failure.code === ALREADY ? state.failure.subject : undefined
  return (
    <div className="mx-auto grid w-full max-w-3xl grid-cols-1 gap-6">
      <PageHeader
        title="New token"
        description={`A token lets a program call ${view.product}, without anybody signing in.`}
        crumbs={[{ href: paths.list(view.prefill.context), label: 'Tokens' }]}
      />
      {view.leftOut.length > 0 && (
        <Alert tone="info" title="Some permissions of the link were left out">
          You do not hold {view.leftOut.join(', ')}.
        </Alert>
      )}
      {repeated === undefined ? (
        <IssueForm view={view} state={state} formProps={formProps} />
      ) : (
        <AlreadyIssued slug={view.slug} tokenId={repeated} />
      )}
    </div>
  )
}
