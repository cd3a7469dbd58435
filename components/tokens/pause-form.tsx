'use client'

import { FormErrors } from '#components/tokens/form-errors.tsx'
import { pauseWords } from '#components/tokens/pause-words.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { useSubmission } from '#components/tokens/use-submission.ts'
import { ButtonLink } from '#components/ui/button.tsx'
import { Card, CardBody, CardFooter } from '#components/ui/card.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'

/** PauseForm  the page that asks before pausing or resuming. PauseInputs: what its form sends. */

export type PauseInputsProps = { readonly slug: string; readonly tokenId: string; readonly isPaused: boolean }

export const PauseInputs = ({ slug, tokenId, isPaused }: PauseInputsProps) => (
  <>
    <input type="hidden" name="slug" value={slug} />
    <input type="hidden" name="tokenId" value={tokenId} />
    <input type="hidden" name="wish" value={isPaused ? 'resume' : 'pause'} />
  </>
)

export type PauseFormProps = PauseInputsProps & { readonly name: string; readonly action: FormAction<never> }

export const PauseForm = ({ name, action, ...inputs }: PauseFormProps) => {
  const { state, formProps } = useSubmission(action)
  const words = pauseWords(name, inputs.isPaused)
  return (
    <form {...formProps} className="grid grid-cols-1 gap-6">
      <PauseInputs {...inputs} />
      <FormErrors state={state} title={words.refused} />
      <Card>
        <CardBody>{words.about}</CardBody>
        <CardFooter>
          <ButtonLink href={tokenPaths(inputs.slug).token(inputs.tokenId)}>Cancel</ButtonLink>
          <SubmitButton>{words.verb}</SubmitButton>
        </CardFooter>
      </Card>
    </form>
  )
}
