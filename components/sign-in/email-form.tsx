'use client'

import { useActionState } from 'react'
import { problem, typed } from '#components/form/form-view.ts'
import { FormError } from '#components/sign-in/form-error.tsx'
import { TextField } from '#components/ui/field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'

/** EmailForm  action, next? (path to lead to): asks for an address to mail to. */

export type EmailFormProps = { readonly action: FormAction<never>; readonly next?: string | undefined }

export const EmailForm = ({ action, next }: EmailFormProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  return (
    <form action={submit} className="grid gap-4">
      <FormError state={state} title="No mail was sent" />
      {next !== undefined && <input type="hidden" name="next" value={next} />}
      <TextField
        name="email"
        type="email"
        label="E-mail"
        autoComplete="username"
        inputMode="email"
        required
        defaultValue={typed(state, 'email')}
        error={problem(state, 'email')}
      />
      <SubmitButton pendingLabel="Sending…">Mail me a link</SubmitButton>
    </form>
  )
}
