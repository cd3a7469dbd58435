'use client'

import { typed } from '#components/form/form-view.ts'
import { FormErrors } from '#components/tokens/form-errors.tsx'
import { inputProblem } from '#components/tokens/problems.ts'
import type { ExtensionChoice, RotationStep, StepWords } from '#components/tokens/rotation-words.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { useSubmission } from '#components/tokens/use-submission.ts'
import { Alert } from '#components/ui/alert.tsx'
import { ButtonLink } from '#components/ui/button.tsx'
import { Card, CardBody, CardFooter } from '#components/ui/card.tsx'
import { RadioCard, RadioCardGroup } from '#components/ui/radio-card.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { Time } from '#components/ui/time.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'

/**
 * RotationForm  asks before a step of a rotation: slug, tokenId, rotationId, step, words, choices (later ends, for
 *               extending), now, action.
 */

export type RotationFormProps = {
  readonly slug: string
  readonly tokenId: string
  /** The rotation that was looked at: a later one is never meant. */
  readonly rotationId: string
  readonly step: RotationStep
  readonly words: StepWords
  readonly choices: readonly ExtensionChoice[]
  readonly now: number
  readonly action: FormAction<never>
}

export const RotationForm = ({ slug, tokenId, rotationId, step, words, choices, now, action }: RotationFormProps) => {
  const { state, formProps } = useSubmission(action)
  const chosen = typed(state, 'endsAt', String(choices[0]?.endsAt))
  return (
    <form {...formProps} className="grid grid-cols-1 gap-6">
      <input type="hidden" name="slug" value={slug} />
      <input type="hidden" name="tokenId" value={tokenId} />
      <input type="hidden" name="rotationId" value={rotationId} />
      <input type="hidden" name="step" value={step} />
      <FormErrors state={state} title={words.refused} />
      {words.warning && <Alert tone="warning" title={words.warning} />}
      <Card>
        <CardBody className="grid gap-4">
          <p>{words.about}</p>
          {step === 'extend' && (
            <RadioCardGroup
              name="endsAt"
              legend="When does the former secret end?"
              columns={2}
              error={inputProblem(state, 'endsAt')}
            >
              {choices.map(({ endsAt, title }) => (
                <RadioCard
                  key={endsAt}
                  name="endsAt"
                  value={String(endsAt)}
                  title={title}
                  description={<Time at={endsAt} now={now} format="exact" />}
                  defaultChecked={String(endsAt) === chosen}
                />
              ))}
            </RadioCardGroup>
          )}
        </CardBody>
        <CardFooter>
          <ButtonLink href={tokenPaths(slug).token(tokenId)}>Back</ButtonLink>
          <SubmitButton variant={step === 'extend' ? 'primary' : 'danger'} pendingLabel={words.pending}>
            {words.verb}
          </SubmitButton>
        </CardFooter>
      </Card>
    </form>
  )
}
