'use client'

import { typed } from '#components/form/form-view.ts'
import { FormErrors } from '#components/tokens/form-errors.tsx'
import { inputProblem } from '#components/tokens/problems.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { useSubmission } from '#components/tokens/use-submission.ts'
import { ButtonLink } from '#components/ui/button.tsx'
import { Card, CardBody, CardFooter } from '#components/ui/card.tsx'
import { TextField } from '#components/ui/field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'

/** RevokeForm  ends a token for good once its name is typed: slug, tokenId, name, lastUsed (a sentence), action. */

export type RevokeFormProps = {
  readonly slug: string
  readonly tokenId: string
  readonly name: string
  readonly lastUsed: React.ReactNode
  readonly action: FormAction<never>
}

export const RevokeForm = ({ slug, tokenId, name, lastUsed, action }: RevokeFormProps) => {
  const { state, formProps } = useSubmission(action)
  return (
    <form {...formProps} noValidate className="grid grid-cols-1 gap-6">
      <input type="hidden" name="slug" value={slug} />
      <input type="hidden" name="tokenId" value={tokenId} />
      <FormErrors state={state} title="The token goes on working" />
      <Card>
        <CardBody className="grid gap-4">
          <div className="grid gap-1">
            <p>It stops working at once. This cannot be undone.</p>
            <p className="text-muted">{lastUsed}</p>
          </div>
          <TextField
            name="confirmation"
            label={
              <>
                Type <strong className="wrap-anywhere select-all">{name}</strong> to confirm
              </>
            }
            defaultValue={typed(state, 'confirmation')}
            error={inputProblem(state, 'confirmation')}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            required
          />
        </CardBody>
        <CardFooter>
          <ButtonLink href={tokenPaths(slug).token(tokenId)}>Cancel</ButtonLink>
          <SubmitButton variant="danger" pendingLabel="Revoking">
            Revoke
          </SubmitButton>
        </CardFooter>
      </Card>
    </form>
  )
}
