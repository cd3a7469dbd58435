'use client'

import { useActionState } from 'react'
import { problem, typed } from '#components/form/form-view.ts'
import { FormError } from '#components/sign-in/form-error.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { TextField } from '#components/ui/field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { LIMITS } from '#lib/config/limits.ts'
import type { FormAction } from '#lib/errors/form-state.ts'

/** NameForm  action (answers the new name), name: the present one. */

export type NameFormProps = { readonly action: FormAction<{ readonly name: string }>; readonly name: string }

export const NameForm = ({ action, name }: NameFormProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  return (
    <form action={submit} className="grid max-w-md gap-4">
      <FormError state={state} title="Your name was not changed" />
      {state.status === 'done' && (
        <Alert tone="success" live>
          Your name is saved.
        </Alert>
      )}
      <TextField
        name="name"
        label="Name"
        autoComplete="name"
        required
        maxLength={LIMITS.nameLength}
        hint="Shown to members of your accounts and beside the tokens you make."
        defaultValue={typed(state, 'name', name)}
        error={problem(state, 'name')}
      />
      <SubmitButton variant="secondary" className="justify-self-start">
        Save name
      </SubmitButton>
    </form>
  )
}
