'use client'

import { useActionState } from 'react'
import { problem } from '#components/form/form-view.ts'
import { CodeField } from '#components/sign-in/code-field.tsx'
import { FormError } from '#components/sign-in/form-error.tsx'
import { PasswordField } from '#components/sign-in/password-field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { LIMITS } from '#lib/config/limits.ts'
import type { FormAction } from '#lib/errors/form-state.ts'

/** NewPasswordForm  action, email (for password managers), token? (of the mailed link; without it the code is asked). */

export type NewPasswordFormProps = {
  readonly action: FormAction<never>
  readonly email: string
  readonly token?: string | undefined
}

export const NewPasswordForm = ({ action, email, token }: NewPasswordFormProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  return (
    <form action={submit} className="grid gap-4">
      <FormError state={state} title="Your password was not changed" />
      <input type="email" name="username" autoComplete="username" defaultValue={email} readOnly hidden />
      {token === undefined ? (
        <CodeField error={problem(state, 'code')} />
      ) : (
        <input type="hidden" name="token" value={token} />
      )}
      <PasswordField
        name="newPassword"
        label="New password"
        autoComplete="new-password"
        required
        hint={`At least ${LIMITS.passwordLengthMin} characters; a few unrelated words are easy to remember.`}
        error={problem(state, 'newPassword')}
      />
      <SubmitButton pendingLabel="Saving…">Save and sign in</SubmitButton>
    </form>
  )
}
