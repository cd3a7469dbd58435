'use client'

import { useActionState } from 'react'
import { problem, typed } from '#components/form/form-view.ts'
import { FormError } from '#components/sign-in/form-error.tsx'
import { PasswordField } from '#components/sign-in/password-field.tsx'
import { TextField } from '#components/ui/field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { LIMITS } from '#lib/config/limits.ts'
import type { FormAction } from '#lib/errors/form-state.ts'

/** SetupForm  action, setupKey (of the link): the first person and their account. */

export type SetupFormProps = {
  readonly action: FormAction<never>
  readonly setupKey: string
}

export const SetupForm = ({ action, setupKey }: SetupFormProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  const field = (name: string) => ({ name, defaultValue: typed(state, name), error: problem(state, name) })
  return (
    <form action={submit} className="grid gap-4">
      <FormError state={state} title="Nothing was set up" />
      <input type="hidden" name="key" value={setupKey} />
      <TextField {...field('name')} label="Your name" autoComplete="name" required maxLength={LIMITS.nameLength} />
      <TextField {...field('email')} label="E-mail" type="email" autoComplete="username" inputMode="email" required />
      <PasswordField
        name="password"
        label="Password"
        autoComplete="new-password"
        required
        hint={`At least ${LIMITS.passwordLengthMin} characters; a few unrelated words are easy to remember.`}
        error={problem(state, 'password')}
      />
      <TextField
        {...field('accountName')}
        label="Account name"
        hint="The organisation whose tokens these will be."
        autoComplete="organization"
        required
        maxLength={LIMITS.nameLength}
      />
      <SubmitButton className="mt-1" pendingLabel="Setting up…">
        Set up
      </SubmitButton>
    </form>
  )
}
