'use client'

import { useState } from 'react'
import { FormErrors } from '#components/tokens/form-errors.tsx'
import { PauseInputs } from '#components/tokens/pause-form.tsx'
import { pauseWords } from '#components/tokens/pause-words.ts'
import { tokenPaths } from '#components/tokens/token-paths.ts'
import { useSubmission } from '#components/tokens/use-submission.ts'
import { AlertDialog } from '#components/ui/alert-dialog.tsx'
import { ButtonLink } from '#components/ui/button.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'

/** PauseDialog  the button that pauses or resumes, and its question; without scripts the button leads to a page. */

export type PauseDialogProps = {
  readonly slug: string
  readonly tokenId: string
  readonly name: string
  readonly isPaused: boolean
  readonly action: FormAction<never>
}

export const PauseDialog = ({ slug, tokenId, name, isPaused, action }: PauseDialogProps) => {
  const [open, setOpen] = useState(false)
  const { state, submit } = useSubmission(action)
  const words = pauseWords(name, isPaused)
  return (
    <AlertDialog
      // The page that follows is the same one: what it shows has changed, and the dialog is over.
      key={String(isPaused)}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <ButtonLink href={tokenPaths(slug).token(tokenId, 'pause')} prefetch={false}>
          {words.verb}
        </ButtonLink>
      }
      title={words.question}
      description={words.about}
      action={submit}
      confirm={<SubmitButton>{words.verb}</SubmitButton>}
    >
      <FormErrors state={state} title={words.refused} />
      <PauseInputs {...{ slug, tokenId, isPaused }} />
    </AlertDialog>
  )
}
