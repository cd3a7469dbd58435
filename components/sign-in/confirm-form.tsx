'use client'

import { useActionState } from 'react'
import { problem } from '#components/form/form-view.ts'
import { FormError } from '#components/sign-in/form-error.tsx'
import { PasswordField } from '#components/sign-in/password-field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'

/** ConfirmForm  action, email (for password managers), next (path to lead to): asks for the password once more. */

export type ConfirmFormProps = {
  readonly action: FormAction<never>
  readonly email: string
  readonly next: string
}

export const ConfirmForm = ({ action, email, next }: ConfirmFormProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  return (
    <form action={submit} className="grid gap-4">
      <FormError state={state} title="Not confirmed" />
      <input type="hidden" name="next" value={next} />
      <input type="email" name="username" autoComplete="username" defaultValue={email} readOnly hidden />
      <PasswordField
        name="password"
        label="Password"
        autoComplete="current-password"
        required
        error={problem(state, 'password')}
      />
      <SubmitButton pendingLabel="Confirming…">Confirm</SubmitButton>
    </form>
  )
}
