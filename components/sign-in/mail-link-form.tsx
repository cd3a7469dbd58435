'use client'

import { useActionState } from 'react'
import { FormError } from '#components/sign-in/form-error.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import type { FormAction } from '#lib/errors/form-state.ts'

/** MailLinkForm  action, token (of the link), email: one button, so that opening the link alone does nothing. */

export type MailLinkFormProps = {
  readonly action: FormAction<never>
  readonly token: string
  readonly email: string
}

export const MailLinkForm = ({ action, token, email }: MailLinkFormProps) => {
  const [state, submit] = useActionState(action, { status: 'new' })
  return (
    <form action={submit} className="grid gap-4">
      <FormError state={state} title="You are not signed in" />
      <input type="hidden" name="token" value={token} />
      <SubmitButton className="max-w-full" pendingLabel="Signing in…">
        <span className="truncate">Sign in as {email}</span>
      </SubmitButton>
    </form>
  )
}
