'use client'

import { useActionState } from 'react'
import { problem } from '#components/form/form-view.ts'
import { FormError } from '#components/sign-in/form-error.tsx'
import { PasswordField } from '#components/sign-in/password-field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { LIMITS } from '#lib/config/limits.ts'
import type { FormAction } from '#lib/errors/form-state.ts'

/** PasswordForm  action, email (for password managers), hasPassword: without one the present one is not asked for. */

export type PasswordFormProps = {
  readonly action: FormAction<never>
  readonly email: string
  readonly hasPassword: boolean
}

export const PasswordForm = ({ action, email, hasPassword }: PasswordFormProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  return (
    <form action={submit} className="grid max-w-md gap-4">
      <FormError state={state} title="Your password was not changed" />
      <input type="email" name="username" autoComplete="username" defaultValue={email} readOnly hidden />
      {hasPassword && (
        <PasswordField
          name="currentPassword"
          label="Present password"
          autoComplete="current-password"
          required
          error={problem(state, 'currentPassword')}
        />
      )}
      <PasswordField
        name="newPassword"
        label="New password"
        autoComplete="new-password"
        required
        hint={`At least ${LIMITS.passwordLengthMin} characters; a few unrelated words are easy to remember.`}
        error={problem(state, 'newPassword')}
      />
      <SubmitButton variant="secondary" className="justify-self-start">
        {hasPassword ? 'Change password' : 'Set password'}
      </SubmitButton>
    </form>
  )
}
