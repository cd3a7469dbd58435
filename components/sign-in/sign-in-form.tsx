'use client'

import Link from 'next/link'
import { useActionState } from 'react'
import { problem, typed } from '#components/form/form-view.ts'
import { FormError } from '#components/sign-in/form-error.tsx'
import { PasswordField } from '#components/sign-in/password-field.tsx'
import { TextField } from '#components/ui/field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'

/** SignInForm  action, next? (path to lead to). Two ways by one address: its button says which. */

export type SignInFormProps = {
  readonly action: FormAction<never>
  readonly next?: string | undefined
}

export const SignInForm = ({ action, next }: SignInFormProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  const forgotten = next === undefined ? '/forgotten' : `/forgotten?next=${encodeURIComponent(next)}`
  return (
    <form action={submit} className="grid gap-4">
      <FormError state={state} title="You are not signed in" />
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
      <PasswordField
        name="password"
        label="Password"
        autoComplete="current-password"
        required
        error={problem(state, 'password')}
        aside={
          <Link href={forgotten} className="link">
            Forgotten?
          </Link>
        }
      />
      <div className="grid gap-2 pt-1">
        <SubmitButton name="way" value="password" pendingLabel="Signing in…">
          Sign in
        </SubmitButton>
        <SubmitButton name="way" value="mail" variant="secondary" formNoValidate pendingLabel="Sending…">
          Mail me a sign-in link
        </SubmitButton>
      </div>
    </form>
  )
}
