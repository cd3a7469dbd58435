'use client'

import { useActionState } from 'react'
import { problem } from '#components/form/form-view.ts'
import { thanksFor } from '#components/leaks/leak-words.ts'
import { FormError } from '#components/sign-in/form-error.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { TextareaField, TextField } from '#components/ui/field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { LeakReaction } from '#lib/access/environment-store.ts'
import { LIMITS } from '#lib/config/limits.ts'
import type { FormAction } from '#lib/errors/form-state.ts'

/** LeakForm  action: takes what a stranger found, thanks for it, and is empty for the next. Never shows it again. */

export type LeakFormProps = {
  readonly action: FormAction<{ readonly recognised: number; readonly reaction: LeakReaction }>
}

const Thanks = ({ recognised, reaction }: { readonly recognised: number; readonly reaction: LeakReaction }) => {
  const { title, text } = thanksFor(recognised, reaction)
  return (
    <Alert live tone={recognised === 0 ? 'info' : 'success'} title={title}>
      {text}
    </Alert>
  )
}

export const LeakForm = ({ action }: LeakFormProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  return (
    <form action={submit} autoComplete="off" className="grid gap-4">
      {state.status === 'done' && <Thanks {...state.answer} />}
      <FormError state={state} title="Nothing was reported" />
      <TextareaField
        name="credential"
        label="What you found"
        hint="The token itself, or the lines in which it stands."
        required
        rows={4}
        maxLength={LIMITS.reportLength}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        error={problem(state, 'credential')}
      />
      <TextField
        name="foundAt"
        label="Where you found it"
        optional
        hint="An address, or a few words. It helps its owner to clean up."
        maxLength={LIMITS.foundAtLength}
        autoComplete="off"
        error={problem(state, 'foundAt')}
      />
      <SubmitButton pendingLabel="Reporting…">{state.status === 'done' ? 'Report another' : 'Report it'}</SubmitButton>
    </form>
  )
}
